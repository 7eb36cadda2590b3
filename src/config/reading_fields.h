// The Fields that fills in the modules' settings from one table of the settings file, and from the
// variables that override it. Used by `read` alone.
#pragma once

#include "base/fields.h"
#include "config/environment.h"
#include "config/mistake.h"
#include "config/settings_file.h"
#include "config/toml_tree.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace repartee::config {

// The names that the sections gave, as a tree. What else is in the file is a mistake.
struct KnownTable {
    std::vector<std::string> fields;
    std::map<std::string, KnownTable, std::less<>> tables;
};

// A source of variables and what mistakes call it.
struct VariableLayer {
    Mistake::Layer layer;
    std::string source;
    const Environment& variables;
};

// What all tables of one reading share.
struct ReadingState {
    std::string file_name;
    std::vector<VariableLayer> layers;  // each overrides those before it
    Reading result;
};

class ReadingFields final : public Fields {
public:
    // `path` is empty or ends with a dot. `table` is null where the file has none, or is unreadable.
    // Refers to all but the path.
    ReadingFields(ReadingState& state, std::string path, const TomlNode::Table* table, KnownTable& known)
        : state_(state), path_(std::move(path)), table_(table), known_(known) {}

    void field(std::string_view name, bool& value, const FieldAbout& about) override;
    void field(std::string_view name, std::int64_t& value, const FieldAbout& about) override;
    void field(std::string_view name, double& value, const FieldAbout& about) override;
    void field(std::string_view name, std::string& value, const FieldAbout& about) override;
    void field(std::string_view name, Secret& value, const FieldAbout& about) override;
    void field(std::string_view name, std::vector<std::string>& value, const FieldAbout& about) override;
    void field(std::string_view name, std::chrono::milliseconds& value, const FieldAbout& about) override;

    // `name` may be a dotted path.
    void section(std::string_view name, std::string_view help,
                 const std::function<void(Fields&)>& contents) override;

private:
    template <class T>
    void read(std::string_view name, T& value, const FieldAbout& about);
    template <class T>
    void read_file(const std::string& path, std::string_view name, T& value, const FieldAbout& about);
    template <class T>
    void read_layer(const VariableLayer& layer, const std::string& path, T& value, const FieldAbout& about);

    ReadingState& state_;
    std::string path_;
    const TomlNode::Table* table_;
    KnownTable& known_;
};

}  // namespace repartee::config
