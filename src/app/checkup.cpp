#include "app/checkup.h"

#include "app/doctor_looks.h"
#include "app/doctor_machine.h"
#include "app/doctor_models.h"
#include "app/doctor_trials.h"
#include "app/tool_servers.h"
#include "base/together.h"

// GCC 12 believes that a coroutine frame's delete does not fit its new.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

namespace repartee::app {

namespace {

// For each engine that is tried, and for all there is.
constexpr auto patience_with_an_engine = std::chrono::seconds(60);
constexpr auto patience_with_all = std::chrono::minutes(10);

// What blocks for a while: the disk, and sound systems.
awaitable<void> look_at_machine_and_models(Patient patient, Report& report) {
    auto look = [patient, &report](const std::stop_token& stop) {
        auto machine = look_at_machine();
        report.heading("Machine");
        report_machine(machine, patient.settings, report);
        report.heading("Models");
        report_models(machine, patient.choices, report, stop);
    };
    auto looking = patient.core.pool.run(std::move(look));
    co_await std::move(looking);
}

awaitable<bool> look_at_devices_and_data(Patient patient, Report& report) {
    auto look = [patient, &report](const std::stop_token&) {
        report.heading("Devices");
        bool robot_is_well = look_at_robot(patient.robot.state(), report);
        bool microphone_is_well = look_at_microphone(patient.microphone, report);
        report.heading("Server");
        bool data_is_well = look_at_data(patient.settings.server, report);
        return robot_is_well && microphone_is_well && data_is_well;
    };
    auto looking = patient.core.pool.run(std::move(look));
    co_return co_await std::move(looking);
}

bool report_stores(const ArchiveKeeper& archive, Report& report) {
    auto [database, sessions] = archive.states();
    bool database_is_well = report_store("database", database.name, database.health, report);
    bool sessions_are_well = report_store("sessions", sessions.name, sessions.health, report);
    const auto vectors = archive.vector_store_state();
    bool vectors_are_well = !vectors || report_store("vectors", vectors->name, vectors->health, report);
    return database_is_well && sessions_are_well && vectors_are_well;
}

awaitable<void> examine_all(Patient patient, surfaces::Steward::Care care, Report& report, bool& well) {
    co_await look_at_machine_and_models(patient, report);
    report.heading("Engines");
    co_await together(patient.core.hall.check(), patient.robot.check());
    report_engines(patient.core.hall, report);
    bool engines_work = true;
    if (care == surfaces::Steward::Care::Try) {
        report.heading("Self-test, one engine after the other");
        co_await try_engines(patient.core, patience_with_an_engine, engines_work, report);
    }
    bool tools_are_well = true;
    if (patient.tools != nullptr && !patient.settings.tool_servers.empty()) {
        report.heading("Tools of other servers");
        tools_are_well = report_tool_servers(*patient.tools, report);
    }
    bool rest_is_well = co_await look_at_devices_and_data(patient, report);
    bool stores_are_well = report_stores(patient.archive, report);
    well = patient.core.hall.ready() && engines_work && tools_are_well && rest_is_well && stores_are_well;
}

}  // namespace

awaitable<bool> check_up(Patient patient, surfaces::Steward::Care care, Report& report) {
    bool well = false;
    Error late{ErrorKind::ProviderLate, "The examination takes too long, and was given up.", {}};
    auto examining = examine_all(patient, care, report, well);
    co_await with_deadline(patient.core.clock, patience_with_all, std::move(examining), std::move(late));
    co_return well;
}

}  // namespace repartee::app
