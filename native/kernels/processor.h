// What the processor that runs the program can do; kernels for it are compiled in files of their own.
#pragma once
#include <cstdlib>
#include <cstring>

namespace limpid {

// libtorch's own limit, for both: ATEN_CPU_CAPABILITY=default does without AVX2, =avx2 without AVX-512.
inline bool limited_to(const char* capability) {
    const char* given = std::getenv("ATEN_CPU_CAPABILITY");
    return given != nullptr && std::strcmp(given, capability) == 0;
}

// AVX2 with fused multiply-add.
inline bool has_avx2() {
#if defined(__x86_64__)
    static const bool has = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && !limited_to("default");
    return has;
#else
    return false;
#endif
}

inline bool has_avx512() {
#if defined(__x86_64__)
    static const bool has = has_avx2() && __builtin_cpu_supports("avx512f") && !limited_to("avx2");
    return has;
#else
    return false;
#endif
}

}  // namespace limpid
