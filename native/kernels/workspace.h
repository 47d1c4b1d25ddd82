// Memory of a thread for intermediate results, kept from call to call so that it stays in the cache.
#pragma once
#include <sys/mman.h>

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <new>

namespace limpid {

// Valid until the thread asks again; at a huge page's boundary, for what lies side by side there keeps apart in the caches.
inline float* thread_workspace(int64_t floats) {
    struct Free {
        void operator()(float* p) const { std::free(p); }
    };
    static thread_local std::unique_ptr<float, Free> memory;
    static thread_local int64_t size = 0;
    if (size < floats) {
        memory.reset();
        size = 0;
        constexpr size_t page = 2 << 20;
        const size_t bytes = (static_cast<size_t>(floats) * sizeof(float) + page - 1) / page * page;
        memory.reset(static_cast<float*>(std::aligned_alloc(page, bytes)));
        if (memory == nullptr) throw std::bad_alloc();
        (void)madvise(memory.get(), bytes, MADV_HUGEPAGE); // a wish
        size = static_cast<int64_t>(bytes / sizeof(float));
    }
    return memory.get();
}

}  // namespace limpid
