#include "engines/energy/energy_settings.h"

namespace repartee::engines::energy {

void describe(Fields& fields, EnergySettings& settings) {
    fields.field(
        "threshold_db", settings.threshold_db,
        {.help = "Decibels against full scale below which nothing is speech.", .least = -90, .most = 0});
    fields.field("onset_db", settings.onset_db,
                 {.help = "Decibels above the room's noise at which speech begins.", .least = 1, .most = 60});
    fields.field("release_db", settings.release_db,
                 {.help = "Decibels above the room's noise below which speech has ended; less than onset_db.",
                  .least = 0,
                  .most = 60});
    fields.field("onset", settings.onset,
                 {.help = "How long it must be loud before that is speech.", .least = 0, .most = 1000});
    fields.field("hold", settings.hold,
                 {.help = "How long speech may pause before it has ended.", .least = 0, .most = 5000});
    fields.field(
        "memory", settings.memory,
        {.help = "The room's noise is its quietest moment within this time.", .least = 500, .most = 60'000});
}

}  // namespace repartee::engines::energy
