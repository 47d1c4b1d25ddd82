// What the processor that runs the program can do; kernels for it are compiled in files of their own.
#pragma once

namespace limpid {

// AVX2 with fused multiply-add.
inline bool has_avx2() {
#if defined(__x86_64__)
    static const bool has = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    return has;
#else
    return false;
#endif
}

inline bool has_avx512() {
#if defined(__x86_64__)
    static const bool has = has_avx2() && __builtin_cpu_supports("avx512f");
    return has;
#else
    return false;
#endif
}

}  // namespace limpid
