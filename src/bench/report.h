// What a benchmark found: figures of several runs, as a table for people or as JSON for programs.
#pragma once

#include "bench/percentiles.h"

#include <string>
#include <string_view>
#include <vector>

namespace repartee::bench {

class Report {
public:
    explicit Report(std::string title) : title_(std::move(title)) {}

    // What is added from here on belongs to this: "200 calls". Naming one again goes on with it.
    void section(std::string name);
    // One run's value of a figure: ("frame delay p99", "ms", 1.9).
    void add(std::string_view name, std::string_view unit, double value);
    // The usual percentiles of all samples of a run.
    void add_percentiles(std::string_view name, std::string_view unit, const Samples& samples);
    // A sentence for whoever reads the figures.
    void note(std::string text);

    // Median, least and most of each figure over the runs.
    std::string table() const;
    // {"title":...,"sections":[{"name":...,"figures":[{"name":...,"unit":...,"runs":[...]}]}],"notes":[...]}
    std::string json() const;

private:
    struct Figure {
        std::string name;
        std::string unit;
        std::vector<double> runs;
    };
    struct Section {
        std::string name;
        std::vector<Figure> figures;
    };
    Figure& figure(std::string_view name, std::string_view unit);

    std::string title_;
    std::vector<Section> sections_;
    std::size_t present_ = 0;  // in sections_
    std::vector<std::string> notes_;
};

}  // namespace repartee::bench
