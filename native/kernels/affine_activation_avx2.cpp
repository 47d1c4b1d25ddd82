// The arithmetic of affine_activation.h with 8 numbers a vector.
#include "affine_activation.h"

#if defined(__AVX2__) && defined(__FMA__)
#include "exponential.h"
#include "lanes_avx2.h"

namespace limpid::affine {

namespace {

using Lanes = EightLanes;

template <bool Silu>
__m256 activate(__m256 z) {
    return Silu ? silu<Lanes>(z) : _mm256_max_ps(_mm256_setzero_ps(), z); // NaN stays NaN
}

template <bool Silu>
__m256 slope(__m256 z) {
    return Silu ? silu_slope<Lanes>(z) : _mm256_and_ps(_mm256_set1_ps(1), _mm256_cmp_ps(z, _mm256_setzero_ps(), _CMP_NLE_UQ));
}

// output[i] = compute(z of input[i], other[i]) for all i; without other, input stands for it.
template <class Compute>
void for_all(const Map& map, int64_t count, const float* input, const float* other, float* output, Compute&& compute) {
    const __m256 mean = _mm256_set1_ps(map.mean), gain = _mm256_set1_ps(map.gain), offset = _mm256_set1_ps(map.offset);
    const auto z = [&](__m256 x) { return _mm256_fmadd_ps(_mm256_sub_ps(x, mean), gain, offset); };
    int64_t i = 0;
    for (; i + 8 <= count; i += 8) Lanes::store(output + i, compute(z(Lanes::load(input + i)), Lanes::load(other + i)));
    const int64_t rest = count - i;
    if (rest > 0) Lanes::store(output + i, compute(z(Lanes::load(input + i, rest)), Lanes::load(other + i, rest)), rest);
}

template <bool Silu>
void backward_of(const Map& map, int64_t count, const float* input, const float* gradient, float* input_gradient) {
    const __m256 gain = _mm256_set1_ps(map.gain);
    for_all(map, count, input, gradient, input_gradient, [&](__m256 z, __m256 g) { return _mm256_mul_ps(_mm256_mul_ps(g, slope<Silu>(z)), gain); });
}

}  // namespace

void forward(const Map& map, int64_t count, const float* input, float* output) {
    if (map.silu) {
        for_all(map, count, input, input, output, [](__m256 z, __m256) { return activate<true>(z); });
    } else {
        for_all(map, count, input, input, output, [](__m256 z, __m256) { return activate<false>(z); });
    }
}

void backward(const Map& map, int64_t count, const float* input, const float* gradient, float* input_gradient) {
    if (map.silu) {
        backward_of<true>(map, count, input, gradient, input_gradient);
    } else {
        backward_of<false>(map, count, input, gradient, input_gradient);
    }
}

}  // namespace limpid::affine

#else

// Another kind of processor: never called.
namespace limpid::affine {
void forward(const Map&, int64_t, const float*, float*) {}
void backward(const Map&, int64_t, const float*, const float*, float*) {}
}  // namespace limpid::affine

#endif
