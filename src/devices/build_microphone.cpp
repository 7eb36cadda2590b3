#include "devices/absent_microphone.h"
#include "devices/catalogue.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/system/system_error.hpp>

namespace repartee::devices {

namespace {

// Says once that there is nothing, and then nothing.
class AbsentCapture final : public Capture {
public:
    explicit AbsentCapture(const Executor& executor) : never_(executor, Timer::time_point::max()) {}

    awaitable<Captured> next() override {
        if (!std::exchange(told_, true)) {
            co_return Gone{{ErrorKind::Unavailable, AbsentMicrophone::absence, {}}};
        }
        co_await never_.async_wait(use_awaitable);
        throw boost::system::system_error(asio::error::operation_aborted);
    }

private:
    Timer never_;
    bool told_ = false;
};

}  // namespace

std::unique_ptr<Capture> AbsentMicrophone::open(const Executor& executor) {
    return std::make_unique<AbsentCapture>(executor);
}

std::unique_ptr<Microphone> build_microphone(const Catalogue& catalogue, const Surroundings& surroundings) {
    for (const auto& offer : catalogue.microphones) {
        if (offer.configured()) {
            return offer.create(surroundings);
        }
    }
    return std::make_unique<AbsentMicrophone>();
}

}  // namespace repartee::devices
