#include "engines/catalogue.h"

namespace repartee::engines {

void Catalogue::describe(Fields& fields) {
    for (const auto& section : settings) {
        fields.section(section.name, section.help, section.describe);
    }
}

}  // namespace repartee::engines
