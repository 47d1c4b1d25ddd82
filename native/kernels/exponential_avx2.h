// The exponential of 8 numbers; for files compiled for AVX2 and FMA only.
#pragma once
#include <immintrin.h>

namespace limpid {

// exp(x): 2^n times the Taylor polynomial of degree 7 in the rest, which is at most ln(2)/2; infinity where float32 ends, and
// NaN of NaN.
static inline __m256 exponential(__m256 x) {
    const __m256 highest = _mm256_set1_ps(88.7228f);
    const __m256 bounded = _mm256_max_ps(_mm256_min_ps(x, _mm256_set1_ps(88.3f)), _mm256_set1_ps(-87.3f));
    const __m256 n = _mm256_round_ps(_mm256_mul_ps(bounded, _mm256_set1_ps(1.44269504f)), _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
    // ln(2) in two parts, the first exact in few bits.
    const __m256 rest = _mm256_fnmadd_ps(n, _mm256_set1_ps(-2.12194440e-4f), _mm256_fnmadd_ps(n, _mm256_set1_ps(0.693359375f), bounded));
    __m256 p = _mm256_set1_ps(1.f / 5040);
    p = _mm256_fmadd_ps(p, rest, _mm256_set1_ps(1.f / 720));
    p = _mm256_fmadd_ps(p, rest, _mm256_set1_ps(1.f / 120));
    p = _mm256_fmadd_ps(p, rest, _mm256_set1_ps(1.f / 24));
    p = _mm256_fmadd_ps(p, rest, _mm256_set1_ps(1.f / 6));
    p = _mm256_fmadd_ps(p, rest, _mm256_set1_ps(.5f));
    p = _mm256_fmadd_ps(p, rest, _mm256_set1_ps(1));
    p = _mm256_fmadd_ps(p, rest, _mm256_set1_ps(1));
    const __m256i power = _mm256_slli_epi32(_mm256_add_epi32(_mm256_cvtps_epi32(n), _mm256_set1_epi32(127)), 23);
    const __m256 value = _mm256_blendv_ps(_mm256_mul_ps(p, _mm256_castsi256_ps(power)), _mm256_set1_ps(__builtin_inff()), _mm256_cmp_ps(x, highest, _CMP_GT_OQ));
    return _mm256_blendv_ps(value, x, _mm256_cmp_ps(x, x, _CMP_UNORD_Q));
}

}  // namespace limpid
