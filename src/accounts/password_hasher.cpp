#include "accounts/password_hasher.h"

#include "accounts/key_material.h"
#include "base/utf8.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <argon2.h>
#include <array>
#include <charconv>
#include <sched.h>
#include <string>
#include <sys/resource.h>
#include <thread>

namespace repartee::accounts {

namespace {

constexpr std::size_t salt_size = 16;
constexpr std::size_t hash_size = 32;

// Half of the machine, and no more than four at a time, which is some 80 MiB.
std::size_t hashing_threads() {
    return std::clamp<std::size_t>(std::thread::hardware_concurrency() / 2, 1, 4);
}

// A thread at nice 10 gets a tenth of what one that speaks gets where both want the processor, all of it
// where nobody else does; and a batch thread does not push aside one that has just woken up. Where the system
// does not have it, hashing is as urgent as everything else.
void step_behind_the_others() {
    thread_local bool done = false;
    if (!std::exchange(done, true)) {
        const sched_param none{};
        ::sched_setscheduler(0, SCHED_BATCH, &none);
        ::setpriority(PRIO_PROCESS, 0, 10);  // on Linux: of this thread
    }
}

PasswordCost cost_in(const AccountSettings& settings) {
    return {.memory_kib = static_cast<std::uint32_t>(settings.password_memory_kib),
            .passes = static_cast<std::uint32_t>(settings.password_passes),
            .lanes = static_cast<std::uint32_t>(settings.password_lanes)};
}

// As argon2 writes it: standard base64 without padding.
std::string argon2_base64(std::string_view bytes) {
    std::array<unsigned char, 64> room{};
    const auto* input = reinterpret_cast<const unsigned char*>(bytes.data());
    const auto size = EVP_EncodeBlock(room.data(), input, static_cast<int>(bytes.size()));
    std::string text(room.begin(), room.begin() + size);
    text.erase(std::ranges::find(text, '=') - text.begin());
    return text;
}

// That no password has: its hash is random. Nothing has to be computed for it.
Secret hash_of_nobody(const PasswordCost& cost) {
    return Secret(fmt::format("$argon2id$v=19$m={},t={},p={}${}${}", cost.memory_kib, cost.passes, cost.lanes,
                              argon2_base64(random_bytes(salt_size)),
                              argon2_base64(random_bytes(hash_size))));
}

Secret hash_now(const PasswordCost& cost, const Secret& password) {
    const auto salt = random_bytes(salt_size);
    const auto& bytes = password.reveal();
    std::string text(
        argon2_encodedlen(cost.passes, cost.memory_kib, cost.lanes, salt_size, hash_size, Argon2_id), '\0');
    const int fault =
        argon2id_hash_encoded(cost.passes, cost.memory_kib, cost.lanes, bytes.data(), bytes.size(),
                              salt.data(), salt.size(), hash_size, text.data(), text.size());
    if (fault != ARGON2_OK) {
        throw Failure(ErrorKind::Busy, "The server is busy. Please try again in a moment.",
                      argon2_error_message(fault));
    }
    text.resize(text.find('\0'));
    return Secret(std::move(text));
}

PasswordVerdict verify_now(const PasswordCost& cost, const Secret& stored, const Secret& password) {
    const auto stored_cost = cost_of_hash(stored.reveal());
    if (!stored_cost) {
        return PasswordVerdict::Unreadable;
    }
    const auto& bytes = password.reveal();
    switch (const int outcome = argon2id_verify(stored.reveal().c_str(), bytes.data(), bytes.size())) {
        case ARGON2_OK:
            return *stored_cost == cost ? PasswordVerdict::Right : PasswordVerdict::RightButOutdated;
        case ARGON2_VERIFY_MISMATCH: return PasswordVerdict::Wrong;
        case ARGON2_MEMORY_ALLOCATION_ERROR:
        case ARGON2_THREAD_FAIL:
            throw Failure(ErrorKind::Busy, "The server is busy. Please try again in a moment.",
                          argon2_error_message(outcome));
        default: return PasswordVerdict::Unreadable;
    }
}

// The number behind `name`, which is taken from the front of `text`.
std::optional<std::uint32_t> take_number(std::string_view& text, std::string_view name, std::uint32_t most) {
    if (!text.starts_with(name)) {
        return std::nullopt;
    }
    text.remove_prefix(name.size());
    std::uint32_t number = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (fault != std::errc() || number == 0 || number > most) {
        return std::nullopt;
    }
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return number;
}

}  // namespace

Result<void> check_password_size(const Secret& password) {
    if (password.reveal().size() > longest_password) {
        return Error{
            ErrorKind::Unprocessable, fmt::format("A password has at most {} bytes.", longest_password), {}};
    }
    return {};
}

Result<void> check_new_password(const Secret& password) {
    if (auto size = check_password_size(password); !size) {
        return size;
    }
    const auto& text = password.reveal();
    if (!is_utf8(text)) {
        return Error{ErrorKind::Unprocessable, "A password has to be text in UTF-8.", {}};
    }
    std::size_t characters = 0;
    for (std::size_t at = 0; at < text.size(); at += decode_utf8(text, at).length) {
        ++characters;
    }
    if (characters < shortest_password) {
        return Error{ErrorKind::Unprocessable,
                     fmt::format("A password has at least {} characters.", shortest_password),
                     {}};
    }
    return {};
}

std::optional<PasswordCost> cost_of_hash(std::string_view stored) {
    constexpr std::uint32_t most_memory = 1'048'576;  // as the settings allow
    constexpr std::uint32_t most_passes = 64;
    constexpr std::uint32_t most_lanes = 64;
    constexpr std::string_view beginning = "$argon2id$v=19$";
    if (!stored.starts_with(beginning)) {
        return std::nullopt;
    }
    stored.remove_prefix(beginning.size());
    const auto memory_kib = take_number(stored, "m=", most_memory);
    const auto passes = take_number(stored, ",t=", most_passes);
    const auto lanes = take_number(stored, ",p=", most_lanes);
    if (!memory_kib || !passes || !lanes) {
        return std::nullopt;
    }
    return PasswordCost{*memory_kib, *passes, *lanes};
}

PasswordHasher::PasswordHasher(const AccountSettings& settings, Clock& clock, Metrics& metrics)
    : cost_(cost_in(settings)),
      clock_(clock),
      waiting_(metrics.seconds("repartee_password_wait_seconds", "How long passwords wait to be hashed.")),
      hashing_(metrics.seconds("repartee_password_hash_seconds", "How long hashing a password takes.")),
      of_nobody_(hash_of_nobody(cost_)),
      pool_(hashing_threads(), static_cast<std::size_t>(settings.password_queue)) {}

template <class F>
awaitable<std::invoke_result_t<F>> PasswordHasher::on_a_thread(F work) {
    const auto asked_at = clock_.now();
    auto measured = [this, asked_at, &work](const std::stop_token& stop) {
        if (stop.stop_requested()) {
            throw Failure(ErrorKind::Cancelled, "cancelled");  // nobody hears it
        }
        step_behind_the_others();
        const auto begun_at = clock_.now();
        waiting_.observe(milliseconds_of(begun_at - asked_at) / 1000);
        auto result = work();
        hashing_.observe(milliseconds_of(clock_.now() - begun_at) / 1000);
        return result;
    };
    co_return co_await pool_.run(std::move(measured));
}

awaitable<Secret> PasswordHasher::hash(Secret password) {
    auto work = [this, &password] { return hash_now(cost_, password); };
    co_return co_await on_a_thread(std::move(work));
}

awaitable<PasswordVerdict> PasswordHasher::verify(Secret stored, Secret password) {
    auto work = [this, &stored, &password] { return verify_now(cost_, stored, password); };
    co_return co_await on_a_thread(std::move(work));
}

}  // namespace repartee::accounts
