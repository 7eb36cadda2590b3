// Whether Milvus is worth asking now. After a failure everybody is told at once that it is away, until it is
// tried again: soon at first, then ever later. Any thread.
#pragma once

#include "base/clock.h"
#include "stores/milvus/milvus_trouble.h"

#include <mutex>
#include <optional>
#include <string>

namespace repartee::stores::milvus {

class Reach {
public:
    struct Reason {
        Trouble trouble = Trouble::Away;
        std::string detail = {};
        friend bool operator==(const Reason&, const Reason&) = default;
    };

    // Why it is not to be asked at present.
    std::optional<Reason> closed(TimePoint now) const;
    // The last failure that nothing good has followed.
    std::optional<Reason> last() const;

    // True when this is news.
    bool failed(TimePoint now, Reason reason);
    // It was too slow for somebody; a few times in a row are a failure.
    bool was_late(TimePoint now, const std::string& detail);
    // A search has been answered in time. True when it had failed before.
    bool answered();
    // It has answered something else, for which nobody waits: that says nothing about how long a search
    // takes.
    bool answered_others();

    static constexpr Duration first_pause = 1s;
    static constexpr Duration longest_pause = 30s;
    static constexpr int most_late = 3;

private:
    bool fail(TimePoint now, Reason reason);
    bool recover();

    mutable std::mutex mutex_;
    std::optional<Reason> reason_;
    TimePoint again_at_ = TimePoint::min();
    Duration pause_ = first_pause;
    int late_ = 0;
};

}  // namespace repartee::stores::milvus
