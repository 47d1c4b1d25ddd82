#include "filter_cache.h"

#include <ATen/Functions.h>

#include <map>
#include <mutex>

namespace limpid {

namespace {

using WeakTensor = c10::weak_intrusive_ptr<at::TensorImpl, at::UndefinedTensorImpl>;

struct Entry {
    WeakTensor weight; // keeps the address from being used again, not the numbers
    uint32_t version;
    const void* data;
    TransformedFilters filters;
};

using Key = std::pair<const at::TensorImpl*, int>;

// Never destroyed: tensors may outlive static objects.
struct Cache {
    std::mutex mutex;
    std::map<Key, Entry> entries;

    void drop_dead() {
        for (auto e = entries.begin(); e != entries.end();) {
            if (e->second.weight.expired()) {
                e = entries.erase(e);
            } else {
                ++e;
            }
        }
    }
};

Cache& cache() {
    static Cache* instance = new Cache();
    return *instance;
}

// The filters of a kind kept for a weight, or those that make(weight's numbers) makes now.
template <class Make>
TransformedFilters kept_or_made(const at::Tensor& weight, int kind, Make&& make) {
    const auto fresh = [&] { return make(weight.detach().contiguous().data_ptr<float>()); };
    // Tensors of inference mode do not count their changes.
    if (weight.is_inference()) return fresh();

    const Key key{weight.unsafeGetTensorImpl(), kind};
    // Read before the numbers: a change in between makes the entry old, never wrong.
    const uint32_t version = weight._version();
    const void* data = weight.data_ptr();
    Cache& all = cache();
    {
        std::lock_guard<std::mutex> lock(all.mutex);
        auto found = all.entries.find(key);
        if (found != all.entries.end() && found->second.version == version && found->second.data == data) return found->second.filters;
    }
    auto filters = fresh();
    std::lock_guard<std::mutex> lock(all.mutex);
    all.drop_dead();
    all.entries.erase(key);
    all.entries.emplace(key, Entry{WeakTensor(weight.getIntrusivePtr()), version, data, filters});
    return filters;
}

}  // namespace

TransformedFilters transformed_filters(const at::Tensor& weight, const winograd::Shape& shape, bool reversed, winograd::Tile tile) {
    return kept_or_made(weight, static_cast<int>(tile.outputs()) + (reversed ? 1 : 0), [&](const float* numbers) {
        auto values = at::empty({winograd::filter_floats(shape, tile)}, at::kFloat);
        const bool usable = winograd::transform_filters(numbers, shape, reversed, values.data_ptr<float>(), tile);
        return TransformedFilters{std::move(values), usable};
    });
}

TransformedFilters packed_filters(const at::Tensor& weight, const pointwise::Shape& shape, bool reversed) {
    return kept_or_made(weight, reversed ? 1 : 0, [&](const float* numbers) {
        auto values = at::empty({pointwise::filter_floats(shape)}, at::kFloat);
        pointwise::pack_filters(numbers, shape, reversed, values.data_ptr<float>());
        return TransformedFilters{std::move(values), true};
    });
}

int64_t transformed_filters_alive() {
    Cache& all = cache();
    std::lock_guard<std::mutex> lock(all.mutex);
    all.drop_dead();
    return static_cast<int64_t>(all.entries.size());
}

}  // namespace limpid
