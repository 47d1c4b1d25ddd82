// 8 numbers a vector; for files compiled for AVX2 and FMA at least. lanes_avx512.h has the same names, and computes the same numbers.
#pragma once
#include <immintrin.h>

#include <cstdint>

namespace limpid {

namespace {

struct EightLanes {
    using Vector = __m256;
    static constexpr int64_t count = 8;

    static Vector all(float v) { return _mm256_set1_ps(v); }
    static Vector load(const float* from) { return _mm256_loadu_ps(from); }
    static void store(float* to, Vector v) { _mm256_storeu_ps(to, v); }

    // The first lanes only, and zeros behind; some may be anything.
    static Vector load(const float* from, int64_t some) { return _mm256_maskload_ps(from, below(some)); }
    static void store(float* to, Vector v, int64_t some) { _mm256_maskstore_ps(to, below(some), v); }
    static Vector only(Vector v, int64_t some) { return _mm256_and_ps(v, _mm256_castsi256_ps(below(some))); }

    static Vector add(Vector a, Vector b) { return _mm256_add_ps(a, b); }
    static Vector sub(Vector a, Vector b) { return _mm256_sub_ps(a, b); }
    static Vector mul(Vector a, Vector b) { return _mm256_mul_ps(a, b); }
    static Vector div(Vector a, Vector b) { return _mm256_div_ps(a, b); }
    static Vector min(Vector a, Vector b) { return _mm256_min_ps(a, b); } // b where one is NaN
    static Vector max(Vector a, Vector b) { return _mm256_max_ps(a, b); }
    static Vector minus(Vector a) { return _mm256_xor_ps(a, _mm256_set1_ps(-0.f)); }
    static Vector multiply_add(Vector a, Vector b, Vector c) { return _mm256_fmadd_ps(a, b, c); }      // a * b + c
    static Vector multiply_sub(Vector a, Vector b, Vector c) { return _mm256_fmsub_ps(a, b, c); }      // a * b - c
    static Vector sub_product(Vector c, Vector a, Vector b) { return _mm256_fnmadd_ps(a, b, c); }      // c - a * b
    static Vector round(Vector a) { return _mm256_round_ps(a, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC); }
    static Vector power_of_two(Vector n) { return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_add_epi32(_mm256_cvtps_epi32(n), _mm256_set1_epi32(127)), 23)); } // n whole, float32's exponents
    static Vector where_above(Vector a, Vector limit, Vector yes, Vector no) { return _mm256_blendv_ps(no, yes, _mm256_cmp_ps(a, limit, _CMP_GT_OQ)); }
    static Vector where_nan(Vector a, Vector yes, Vector no) { return _mm256_blendv_ps(no, yes, _mm256_cmp_ps(a, a, _CMP_UNORD_Q)); }
    static bool has_nan(Vector a) { return _mm256_movemask_ps(_mm256_cmp_ps(a, a, _CMP_UNORD_Q)) != 0; }

    // Of 16 numbers, folded in halves: in two vectors.
    static float total(const Vector v[2]) {
        const __m256 eight = _mm256_add_ps(v[0], v[1]);
        const __m128 four = _mm_add_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
        const __m128 two = _mm_add_ps(four, _mm_movehl_ps(four, four));
        return _mm_cvtss_f32(_mm_add_ss(two, _mm_shuffle_ps(two, two, 1)));
    }

    static __m256i below(int64_t some) {
        alignas(32) static const int32_t table[16] = {-1, -1, -1, -1, -1, -1, -1, -1};
        return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(table + 8 - (some < 0 ? 0 : some > 8 ? 8 : some)));
    }
};

}  // namespace

}  // namespace limpid
