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

using Key = std::pair<const at::TensorImpl*, bool>;

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

TransformedFilters transform(const at::Tensor& weight, const winograd::Shape& shape, bool reversed) {
    auto source = weight.detach().contiguous();
    auto values = at::empty({winograd::filter_floats(shape)}, at::kFloat);
    const bool usable = winograd::transform_filters(source.data_ptr<float>(), shape, reversed, values.data_ptr<float>());
    return {std::move(values), usable};
}

}  // namespace

TransformedFilters transformed_filters(const at::Tensor& weight, const winograd::Shape& shape, bool reversed) {
    // Tensors of inference mode do not count their changes.
    if (weight.is_inference()) return transform(weight, shape, reversed);

    const Key key{weight.unsafeGetTensorImpl(), reversed};
    // Read before the numbers: a change in between makes the entry old, never wrong.
    const uint32_t version = weight._version();
    const void* data = weight.data_ptr();
    Cache& all = cache();
    {
        std::lock_guard<std::mutex> lock(all.mutex);
        auto found = all.entries.find(key);
        if (found != all.entries.end() && found->second.version == version && found->second.data == data) return found->second.filters;
    }
    auto filters = transform(weight, shape, reversed);
    std::lock_guard<std::mutex> lock(all.mutex);
    all.drop_dead();
    all.entries.erase(key);
    all.entries.emplace(key, Entry{WeakTensor(weight.getIntrusivePtr()), version, data, filters});
    return filters;
}

int64_t transformed_filters_alive() {
    Cache& all = cache();
    std::lock_guard<std::mutex> lock(all.mutex);
    all.drop_dead();
    return static_cast<int64_t>(all.entries.size());
}

}  // namespace limpid
