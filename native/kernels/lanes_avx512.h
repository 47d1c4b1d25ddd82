// 16 numbers a vector; for files compiled for AVX-512 only.
#pragma once
#include <immintrin.h>

#include <cstdint>

namespace limpid {

namespace {

struct SixteenLanes {
    using Vector = __m512;
    static constexpr int64_t count = 16;

    static Vector all(float v) { return _mm512_set1_ps(v); }
    static Vector load(const float* from) { return _mm512_loadu_ps(from); }
    static void store(float* to, Vector v) { _mm512_storeu_ps(to, v); }

    static Vector load(const float* from, int64_t some) { return _mm512_maskz_loadu_ps(below(some), from); }
    static void store(float* to, Vector v, int64_t some) { _mm512_mask_storeu_ps(to, below(some), v); }
    static Vector only(Vector v, int64_t some) { return _mm512_maskz_mov_ps(below(some), v); }

    static Vector add(Vector a, Vector b) { return _mm512_add_ps(a, b); }
    static Vector sub(Vector a, Vector b) { return _mm512_sub_ps(a, b); }
    static Vector mul(Vector a, Vector b) { return _mm512_mul_ps(a, b); }
    static Vector div(Vector a, Vector b) { return _mm512_div_ps(a, b); }
    static Vector min(Vector a, Vector b) { return _mm512_min_ps(a, b); }
    static Vector max(Vector a, Vector b) { return _mm512_max_ps(a, b); }
    static Vector minus(Vector a) { return _mm512_castsi512_ps(_mm512_xor_si512(_mm512_castps_si512(a), _mm512_set1_epi32(INT32_MIN))); }
    static Vector multiply_add(Vector a, Vector b, Vector c) { return _mm512_fmadd_ps(a, b, c); }
    static Vector multiply_sub(Vector a, Vector b, Vector c) { return _mm512_fmsub_ps(a, b, c); }
    static Vector sub_product(Vector c, Vector a, Vector b) { return _mm512_fnmadd_ps(a, b, c); }
    static Vector round(Vector a) { return _mm512_roundscale_ps(a, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC); }
    static Vector power_of_two(Vector n) { return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_add_epi32(_mm512_cvtps_epi32(n), _mm512_set1_epi32(127)), 23)); }
    static Vector where_above(Vector a, Vector limit, Vector yes, Vector no) { return _mm512_mask_blend_ps(_mm512_cmp_ps_mask(a, limit, _CMP_GT_OQ), no, yes); }
    static Vector where_nan(Vector a, Vector yes, Vector no) { return _mm512_mask_blend_ps(_mm512_cmp_ps_mask(a, a, _CMP_UNORD_Q), no, yes); }
    static bool has_nan(Vector a) { return _mm512_cmp_ps_mask(a, a, _CMP_UNORD_Q) != 0; }

    // Of 16 numbers, folded in halves: in one vector.
    static float total(const Vector v[1]) {
        const __m256 eight = _mm256_add_ps(_mm512_castps512_ps256(v[0]), _mm256_castpd_ps(_mm512_extractf64x4_pd(_mm512_castps_pd(v[0]), 1)));
        const __m128 four = _mm_add_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
        const __m128 two = _mm_add_ps(four, _mm_movehl_ps(four, four));
        return _mm_cvtss_f32(_mm_add_ss(two, _mm_shuffle_ps(two, two, 1)));
    }

    static __mmask16 below(int64_t some) { return static_cast<__mmask16>(some <= 0 ? 0 : some >= 16 ? 0xffff : (1 << some) - 1); }
};

}  // namespace

}  // namespace limpid
