// Memory of a thread for intermediate results, kept from call to call so that it stays in the cache.
#pragma once
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <new>

namespace limpid {

// Valid until the thread asks again; at a cache line's boundary.
inline float* thread_workspace(int64_t floats) {
    struct Free {
        void operator()(float* p) const { std::free(p); }
    };
    static thread_local std::unique_ptr<float, Free> memory;
    static thread_local int64_t size = 0;
    if (size < floats) {
        memory.reset();
        size = 0;
        const size_t bytes = (static_cast<size_t>(floats) * sizeof(float) + 63) / 64 * 64;
        memory.reset(static_cast<float*>(std::aligned_alloc(64, bytes)));
        if (memory == nullptr) throw std::bad_alloc();
        size = floats;
    }
    return memory.get();
}

}  // namespace limpid
