#include "config/inventory.h"

#include "config/field_value.h"
#include "config/variable_names.h"

#include <algorithm>

namespace repartee::config {

namespace {

class ListingFields final : public Fields {
public:
    // Refers to the list; `path` is empty for the top of the file.
    ListingFields(std::vector<TableFacts>& tables, std::string path, std::string_view help)
        : tables_(tables), path_(std::move(path)) {
        TableFacts& table = own_table();
        if (table.help.empty()) {
            table.help = help;
        }
    }

    void field(std::string_view name, bool& value, const FieldAbout& about) override {
        list(name, value, about);
    }
    void field(std::string_view name, std::int64_t& value, const FieldAbout& about) override {
        list(name, value, about);
    }
    void field(std::string_view name, double& value, const FieldAbout& about) override {
        list(name, value, about);
    }
    void field(std::string_view name, std::string& value, const FieldAbout& about) override {
        list(name, value, about);
    }
    void field(std::string_view name, Secret& value, const FieldAbout& about) override {
        list(name, value, about);
    }
    void field(std::string_view name, std::vector<std::string>& value, const FieldAbout& about) override {
        list(name, value, about);
    }
    void field(std::string_view name, std::chrono::milliseconds& value, const FieldAbout& about) override {
        list(name, value, about);
    }

    void section(std::string_view name, std::string_view help,
                 const std::function<void(Fields&)>& contents) override {
        ListingFields below(tables_, (path_.empty() ? "" : path_ + ".") + std::string(name), help);
        contents(below);
    }

private:
    template <class T>
    void list(std::string_view name, const T& value, const FieldAbout& about) {
        FieldFacts facts{.name = std::string(name),
                         .type = std::string(FieldValue<T>::type),
                         .value = FieldValue<T>::as_toml(value),
                         .limits = FieldValue<T>::limits(about),
                         .help = std::string(about.help),
                         .variables = {},
                         .bare_unit = {}};
        for (const std::string_view variable : variable_names(about)) {
            facts.variables.emplace_back(variable);
        }
        if constexpr (std::is_same_v<T, std::chrono::milliseconds>) {
            facts.bare_unit = unit_name(about.environment_unit);
        }
        own_table().fields.push_back(std::move(facts));
    }

    // Looked up each time: the list moves as tables are added to it.
    TableFacts& own_table() {
        const auto found = std::ranges::find(tables_, path_, &TableFacts::path);
        return found != tables_.end()
                   ? *found
                   : tables_.emplace_back(TableFacts{.path = path_, .help = {}, .fields = {}});
    }

    std::vector<TableFacts>& tables_;
    std::string path_;
};

}  // namespace

std::vector<TableFacts> inventory(const Sections& sections) {
    std::vector<TableFacts> tables;
    for (const Section& section : sections) {
        ListingFields fields(tables, section.name, section.help);
        section.describe(fields);
    }
    // A key behind a table's header would belong to that table.
    const auto top = std::ranges::find(tables, "", &TableFacts::path);
    if (top != tables.end()) {
        std::rotate(tables.begin(), top, std::next(top));
    }
    return tables;
}

std::string path_of(const TableFacts& table, const FieldFacts& field) {
    return table.path.empty() ? field.name : table.path + "." + field.name;
}

}  // namespace repartee::config
