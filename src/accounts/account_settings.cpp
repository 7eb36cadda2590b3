#include "accounts/account_settings.h"

namespace repartee::accounts {

void describe(Fields& fields, AccountSettings& settings) {
    fields.field(
        "secret_key", settings.secret_key,
        {.help = "Signs the tokens and protects keys that users store. Empty, a placeholder or shorter "
                 "than 16 bytes: a random one, kept in the data directory. Several servers over one "
                 "database need the same.",
         .environment = "SECRET_KEY"});
    fields.field("access_token_lifetime", settings.access_token_lifetime,
                 {.help = "How long a token lets somebody in; a bare number in the variable is minutes.",
                  .environment = "ACCESS_TOKEN_EXPIRE_MINUTES",
                  .least = 1'000,
                  .most = 31'536'000'000,
                  .environment_unit = std::chrono::minutes(1)});
    fields.field("refresh_token_lifetime", settings.refresh_token_lifetime,
                 {.help = "How long somebody who does not come back can get new tokens without a password.",
                  .least = 1'000,
                  .most = 31'536'000'000});
    fields.field("password_memory_kib", settings.password_memory_kib,
                 {.help = "KiB of memory that hashing a password takes (argon2id). A change is applied to "
                          "passwords that are there when their owners log in.",
                  .least = 7'168,
                  .most = 1'048'576});
    fields.field("password_passes", settings.password_passes,
                 {.help = "How often hashing goes through that memory.", .least = 1, .most = 20});
    fields.field("password_lanes", settings.password_lanes,
                 {.help = "In how many lanes, each by a thread.", .least = 1, .most = 16});
    fields.field(
        "password_queue", settings.password_queue,
        {.help = "Log-ins and registrations that wait to be computed; one more is told to come back.",
         .least = 1,
         .most = 10'000});
    fields.field(
        "attempts_per_minute", settings.attempts_per_minute,
        {.help = "Log-ins from one address, and with one e-mail address; 0: as many as come. Behind a "
                 "proxy, all come from its address.",
         .least = 0,
         .most = 1e6});
    fields.field("registrations_per_hour", settings.registrations_per_hour,
                 {.help = "Registrations from one address; 0: as many as come.", .least = 0, .most = 1e6});
    fields.field("registration_open", settings.registration_open,
                 {.help = "Whether people can register themselves. Without, `repartee users add` does."});
}

}  // namespace repartee::accounts
