#include "stores/redis/connection.h"

#include "stores/redis/redis_trouble.h"

#include <boost/algorithm/hex.hpp>
#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <iterator>

namespace repartee::stores::redis {

namespace {

// The words of an error reply that are safe to keep: its code alone. What follows may quote a command, and so
// what somebody said.
std::string code_of(std::string_view reply) {
    return std::string(reply.substr(0, std::min(reply.find(' '), std::size_t{32})));
}

void throw_if_error(const redisReply& reply) {
    if (reply.type == REDIS_REPLY_ERROR) {
        auto words = text_of(reply);
        throw RedisFailure(trouble_of(words), fmt::format("Redis answered {}", code_of(words)));
    }
}

}  // namespace

Script::Script(std::string text) : text_(std::move(text)) {
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned length = 0;
    EVP_Digest(text_.data(), text_.size(), digest, &length, EVP_sha1(), nullptr);
    boost::algorithm::hex_lower(digest, digest + length, std::back_inserter(digest_));
}

Connection::Connection(const Address& address, const Trust* trust) : address_(address), trust_(trust) {}

void Connection::open(Deadline deadline) {
    close();
    deadline_ = deadline;
    wire_ = std::make_unique<Wire>(address_, trust_, deadline);
    reader_.reset(redisReaderCreate());

    std::vector<Words> greeting;
    if (!address_.password.empty()) {
        greeting.push_back(address_.user.empty() ? Words{"AUTH", address_.password.reveal()}
                                                 : Words{"AUTH", address_.user, address_.password.reveal()});
    }
    if (address_.database != 0) {
        greeting.push_back({"SELECT", std::to_string(address_.database)});
    }
    greeting.push_back(
        {"PING"});  // answered by who is ready, and by nobody without a password that wants one
    std::string together;
    for (const auto& words : greeting) {
        together += formatted(words);
    }
    try {
        wire_->send(together, deadline);
        for (std::size_t count = 0; count < greeting.size(); ++count) {
            auto reply = next_reply();
            throw_if_error(*reply);
        }
    } catch (...) {
        close();
        throw;
    }
}

void Connection::close() {
    wire_.reset();
    reader_.reset();
}

Reply Connection::ask(const Words& words) {
    if (wire_ == nullptr) {
        throw RedisFailure(Trouble::Lost, "the connection is closed");
    }
    try {
        wire_->send(formatted(words), deadline_);
        auto reply = next_reply();
        throw_if_error(*reply);
        return reply;
    } catch (const RedisFailure& failure) {
        // A reply that comes too late must not answer the next command.
        if (is_down(failure.trouble())) {
            close();
        }
        throw;
    } catch (...) {
        close();  // out of memory: nobody has read the reply
        throw;
    }
}

Reply Connection::run(const Script& script, std::size_t keys, const Words& values) {
    Words words{"EVALSHA", script.digest(), std::to_string(keys)};
    words.insert(words.end(), values.begin(), values.end());
    try {
        return ask(words);
    } catch (const RedisFailure& failure) {
        if (failure.trouble() != Trouble::NoScript) {
            throw;
        }
    }
    // It runs and keeps the script in one step: loaded first, it could be forgotten in between again.
    words[0] = "EVAL";
    words[1] = script.text();
    return ask(words);
}

std::string Connection::formatted(const Words& words) {
    std::vector<const char*> beginnings;
    std::vector<std::size_t> lengths;
    for (const auto& word : words) {
        beginnings.push_back(word.data());
        lengths.push_back(word.size());
    }
    char* text = nullptr;
    const int length =
        redisFormatCommandArgv(&text, static_cast<int>(words.size()), beginnings.data(), lengths.data());
    if (length < 0) {
        throw std::bad_alloc();
    }
    std::string command(text, static_cast<std::size_t>(length));
    redisFreeCommand(text);
    return command;
}

Reply Connection::received_reply() {
    void* found = nullptr;
    if (redisReaderGetReply(reader_.get(), &found) != REDIS_OK) {
        throw RedisFailure(Trouble::Lost, fmt::format("no Redis: {}", reader_->errstr));
    }
    if (found != nullptr) {
        last_used_ = std::chrono::steady_clock::now();
    }
    return Reply(static_cast<redisReply*>(found));
}

Reply Connection::next_reply() {
    std::array<char, 16'384> bytes;
    std::size_t received = 0;
    while (true) {
        if (auto reply = received_reply()) {
            return reply;
        }
        const auto count = wire_->receive(bytes, deadline_);
        received += count;
        if (received > largest_reply) {
            throw RedisFailure(Trouble::Lost, "a reply is too large");
        }
        redisReaderFeed(reader_.get(), bytes.data(), count);
    }
}

Reply Connection::listen(int handle, Deadline deadline) {
    if (wire_ == nullptr) {
        throw RedisFailure(Trouble::Lost, "the connection is closed");
    }
    try {
        auto reply = received_reply();
        // What has begun to come is given the time that a command is given.
        if (!reply && wire_->wait_beside(handle, deadline)) {
            reply = next_reply();
        }
        return reply;
    } catch (...) {
        close();
        throw;
    }
}

}  // namespace repartee::stores::redis
