#include "jobs/job_settings.h"

namespace repartee::jobs {

void describe(Fields& fields, JobSettings& settings) {
    fields.field("running", settings.running,
                 {.help = "How many uploads are worked on at once.", .least = 1, .most = 1000});
    fields.field(
        "waiting", settings.waiting,
        {.help = "How many more may wait for their turn (of all servers that share them); one more is "
                 "answered 503.",
         .least = 0,
         .most = 100'000});
    fields.field(
        "waiting_bytes", settings.waiting_bytes,
        {.help = "Bytes of recordings that may wait; more is answered 503.", .least = 0, .most = 1e12});
    fields.field("deadline", settings.deadline,
                 {.help = "How long after the upload a job ends at the latest, as an error if need be.",
                  .least = 100,
                  .most = 3'600'000});
    fields.field("keep", settings.keep,
                 {.help = "How long the result of a job can be read after its end.",
                  .least = 1000,
                  .most = 24.0 * 3'600'000});
    fields.field("kept", settings.kept,
                 {.help = "How many results are kept at most; the oldest are forgotten first.",
                  .least = 1,
                  .most = 1e6});
    fields.field("shared", settings.shared,
                 {.help = "With PostgreSQL: uploads are kept in the database until they are understood, any "
                          "server over it works on them, and none is lost with a server. Else, and with "
                          "SQLite, in the memory of this one."});
    fields.field("lease", settings.lease,
                 {.help = "Where uploads are shared: how long a server may say nothing before another takes "
                          "over what it works on.",
                  .least = 1000,
                  .most = 600'000});
}

}  // namespace repartee::jobs
