#include "stores/vector_shelf.h"

namespace repartee::stores {

std::shared_ptr<ShelvedVectors> VectorShelf::take(const std::string& owner, const std::string& embedder) {
    std::lock_guard lock(mutex_);
    const Key key(owner, embedder);
    auto place = places_.find(key);
    if (place == places_.end()) {
        by_last_use_.push_front(key);
        Place fresh{.vectors = std::make_shared<ShelvedVectors>(), .in_order = by_last_use_.begin()};
        place = places_.emplace(key, std::move(fresh)).first;
    } else {
        by_last_use_.splice(by_last_use_.begin(), by_last_use_, place->second.in_order);
    }
    return place->second.vectors;
}

void VectorShelf::weigh(const std::string& owner, const std::string& embedder, std::size_t bytes) {
    std::lock_guard lock(mutex_);
    if (auto place = places_.find({owner, embedder}); place != places_.end()) {
        bytes_ += bytes - place->second.bytes;
        place->second.bytes = bytes;
    }
    while (bytes_ > most_bytes_ && !by_last_use_.empty()) {
        remove(places_.find(by_last_use_.back()));
    }
}

void VectorShelf::erase(const std::string& owner, const std::string& id, const MemoryRevision& now) {
    for (const auto& vectors : of(owner)) {
        std::unique_lock lock(vectors->mutex, std::try_to_lock);
        const MemoryRevision before{now.revision - 1, now.deletions - 1};
        if (lock && vectors->set && vectors->as_of == before) {
            vectors->set->erase(id);
            vectors->as_of = now;
        }
    }
}

void VectorShelf::drop(const std::string& owner) {
    std::lock_guard lock(mutex_);
    for (auto place = places_.lower_bound({owner, ""});
         place != places_.end() && place->first.first == owner;) {
        remove(place++);
    }
}

std::size_t VectorShelf::bytes() const {
    std::lock_guard lock(mutex_);
    return bytes_;
}

void VectorShelf::remove(Places::iterator place) {
    bytes_ -= place->second.bytes;
    by_last_use_.erase(place->second.in_order);
    places_.erase(place);
}

std::vector<std::shared_ptr<ShelvedVectors>> VectorShelf::of(const std::string& owner) {
    std::lock_guard lock(mutex_);
    std::vector<std::shared_ptr<ShelvedVectors>> found;
    for (auto place = places_.lower_bound({owner, ""}); place != places_.end() && place->first.first == owner;
         ++place) {
        found.push_back(place->second.vectors);
    }
    return found;
}

}  // namespace repartee::stores
