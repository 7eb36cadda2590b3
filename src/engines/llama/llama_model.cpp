#include "engines/llama/llama_model.h"

#include "processes/available_memory.h"

#include <fmt/format.h>

namespace repartee::engines::llama {

namespace {

// Of what a check may take (engines/automatic.h). What still loads then is asked for again.
constexpr Duration checking_limit = 12s;

// Both that it takes to think.
struct Means {
    processes::Program server;
    ChosenModel model;
    std::uint64_t memory = 0;  // bytes that may be taken; 0: nobody knows
};

// Blocks for some milliseconds.
Means look_for_means(const LlamaSettings& settings, const std::filesystem::path& folder,
                     const Whereabouts& whereabouts) {
    auto server = find_server(whereabouts);
    if (!server && !whereabouts.named.empty()) {
        throw Failure(ErrorKind::NotFound, fmt::format("there is no {}", whereabouts.named.string()),
                      "set LLAMA_SERVER to a llama-server, or leave it empty");
    }
    if (!server) {
        throw Failure(ErrorKind::NotFound, "llama.cpp is not on this machine",
                      "type: ./dev build, which fetches it; or install a llama-server");
    }
    auto memory = settings.memory > 0 ? std::optional(static_cast<std::uint64_t>(settings.memory) << 20)
                                      : processes::available_memory();
    return {std::move(*server), choose_model(settings, folder, memory), memory.value_or(0)};
}

std::string without_stop(std::string text) {
    if (text.ends_with('.')) {
        text.pop_back();
    }
    return text;
}

}  // namespace

// An answer of a model whose server has to be found first.
class AnswerOfModel final : public ModelStream {
public:
    AnswerOfModel(LlamaModel& model, Prompt prompt) : model_(model), prompt_(std::move(prompt)) {}

    awaitable<std::optional<ModelOutput>> next() override {
        if (over_) {
            co_return std::nullopt;
        }
        if (!answer_) {
            over_ = true;
            auto server = co_await find();
            answer_ = server->answer(std::move(prompt_), model_.settings_.thinking);
            over_ = false;
        }
        co_return co_await answer_->next();
    }

private:
    awaitable<std::shared_ptr<LlamaServer>> find() {
        try {
            co_return co_await model_.find();
        } catch (const Failure& failure) {
            throw Failure(ErrorKind::Unavailable,
                          fmt::format("No language model on this machine can answer: {}.",
                                      without_stop(failure.error().message)),
                          failure.error().detail);
        }
    }

    LlamaModel& model_;
    Prompt prompt_;
    std::unique_ptr<ModelStream> answer_;
    bool over_ = false;
};

LlamaModel::LlamaModel(LlamaSettings settings, std::filesystem::path folder, Whereabouts whereabouts,
                       Environs environs, WorkerPool& pool, std::shared_ptr<Servers> servers)
    : settings_(std::move(settings)),
      folder_(std::move(folder)),
      whereabouts_(std::move(whereabouts)),
      environs_(std::move(environs)),
      pool_(pool),
      admission_(pool),
      servers_(std::move(servers)) {}

EngineInfo LlamaModel::info() const {
    auto server = found();
    auto name = server ? server->model().file.stem().string() : settings_.model;
    return {.kind = "llama", .model = name.empty() ? "none yet" : name, .place = Place::Local};
}

awaitable<Health> LlamaModel::check() {
    Health health;
    try {
        auto server = co_await find();
        health = co_await server->check(checking_limit);
    } catch (const Failure& failure) {
        health.reason = without_stop(failure.error().message);
        health.advice = failure.error().detail;
    }
    co_return health;
}

std::shared_ptr<LlamaServer> LlamaModel::found() const {
    std::lock_guard lock(mutex_);
    return server_;
}

// The one that is in use stays, whatever is put beside its model: the next start will see that.
awaitable<std::shared_ptr<LlamaServer>> LlamaModel::find() {
    if (auto server = found()) {
        co_return server;
    }
    auto look = [settings = settings_, folder = folder_, whereabouts = whereabouts_](const std::stop_token&) {
        return look_for_means(settings, folder, whereabouts);
    };
    auto means = co_await pool_.run(std::move(look));
    co_await let_in(means.model.file);
    std::lock_guard lock(mutex_);
    if (!server_) {
        server_ = servers_->server_for(means.model.file, [&] {
            return std::make_shared<LlamaServer>(environs_, means.server, means.model, settings_,
                                                 means.memory);
        });
    }
    co_return server_;
}

// Before the library sees it; what failed says what to type, as everything here does.
awaitable<void> LlamaModel::let_in(std::filesystem::path file) {
    std::optional<Error> refusal;
    try {
        co_await admission_.of(file);
    } catch (const Failure& failure) {
        refusal = failure.error();
    }
    if (refusal) {
        throw Failure(refusal->kind, refusal->message, models::advice_on(*refusal, file));
    }
}

std::unique_ptr<ModelStream> LlamaModel::start(Prompt prompt) {
    if (auto server = found()) {
        return server->answer(std::move(prompt), settings_.thinking);
    }
    return std::make_unique<AnswerOfModel>(*this, std::move(prompt));
}

void LlamaModel::prepare(const Prompt& prompt) {
    if (auto server = found()) {
        server->read_ahead(prompt);
    }
}

awaitable<void> LlamaModel::close() {
    if (auto server = found()) {
        co_await server->close();
    }
}

}  // namespace repartee::engines::llama
