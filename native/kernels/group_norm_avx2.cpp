// The arithmetic of group_norm.h with 8 numbers a vector.
#include "group_norm.h"

#if defined(__AVX2__) && defined(__FMA__)
#include <immintrin.h>

#include "exponential_avx2.h"

namespace limpid::norm {

namespace {

constexpr int64_t chunk = 4096; // float32 sums are this long; then float64 takes over

__m256i tail_lanes(int64_t count) { return _mm256_cmpgt_epi32(_mm256_set1_epi32(static_cast<int>(count)), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7)); }

double total(__m256 v) {
    const __m128 half = _mm_add_ps(_mm256_castps256_ps128(v), _mm256_extractf128_ps(v, 1));
    const __m128 quarter = _mm_add_ps(half, _mm_movehl_ps(half, half));
    return _mm_cvtss_f32(_mm_add_ss(quarter, _mm_shuffle_ps(quarter, quarter, 1)));
}

// Calls body(offset, lanes, whole) for each vector of [0, count); lanes tells which of the last one count.
template <class Body>
inline void for_vectors(int64_t count, Body&& body) {
    int64_t i = 0;
    for (; i + 8 <= count; i += 8) body(i, _mm256_setzero_si256(), true);
    if (i < count) body(i, tail_lanes(count - i), false);
}

inline __m256 load(const float* from, __m256i lanes, bool whole) { return whole ? _mm256_loadu_ps(from) : _mm256_maskload_ps(from, lanes); }

inline void store(float* to, __m256 v, __m256i lanes, bool whole) {
    if (whole) {
        _mm256_storeu_ps(to, v);
    } else {
        _mm256_maskstore_ps(to, lanes, v);
    }
}

struct Sums {
    double plain, squared;
};

// Sums of (x - center) and of its square.
Sums sums_around(const float* x, int64_t count, float center) {
    const __m256 c = _mm256_set1_ps(center);
    Sums result{0, 0};
    for (int64_t start = 0; start < count; start += chunk) {
        const int64_t end = start + chunk < count ? start + chunk : count;
        __m256 plain[2] = {_mm256_setzero_ps(), _mm256_setzero_ps()}, squared[2] = {_mm256_setzero_ps(), _mm256_setzero_ps()};
        int64_t i = start;
        for (; i + 16 <= end; i += 16) {
#pragma GCC unroll 2
            for (int k = 0; k < 2; ++k) {
                const __m256 v = _mm256_sub_ps(_mm256_loadu_ps(x + i + 8 * k), c);
                plain[k] = _mm256_add_ps(v, plain[k]);
                squared[k] = _mm256_fmadd_ps(v, v, squared[k]);
            }
        }
        for (; i < end; i += 8) {
            const __m256i lanes = tail_lanes(end - i);
            const __m256 v = _mm256_and_ps(_mm256_sub_ps(_mm256_maskload_ps(x + i, lanes), c), _mm256_castsi256_ps(lanes));
            plain[0] = _mm256_add_ps(v, plain[0]);
            squared[0] = _mm256_fmadd_ps(v, v, squared[0]);
        }
        result.plain += total(_mm256_add_ps(plain[0], plain[1]));
        result.squared += total(_mm256_add_ps(squared[0], squared[1]));
    }
    return result;
}

inline __m256 minus(__m256 x) { return _mm256_xor_ps(x, _mm256_set1_ps(-0.f)); }

// z = gain * (x - mean) + offset of a channel.
struct Affine {
    float gain, offset;
};

// Rounded once: double until then.
Affine affine(const Group& group, Moments moments, int64_t c) {
    const double factor = group.scale == nullptr ? 1 : 1 + static_cast<double>(group.scale[c]);
    const double gain = moments.inverse_deviation * factor * group.weight[c];
    return {static_cast<float>(gain), static_cast<float>(group.bias[c] * factor + (group.shift == nullptr ? 0 : group.shift[c]) - moments.mean_rest * gain)};
}

// Sums around a number near the mean lose nothing: the mean of a few numbers, and if that is far off, the mean found with it.
Moments moments_of(const float* x, int64_t count, float epsilon) {
    constexpr int64_t sample = 64;
    const int64_t some = count < sample ? count : sample;
    double center = sums_around(x, some, 0).plain / some, mean = 0, variance = 0;
    for (int attempt = 0; attempt < 2; ++attempt) {
        const float c = static_cast<float>(center);
        const Sums sums = sums_around(x, count, c);
        const double off = sums.plain / count;
        mean = c + off;
        variance = sums.squared / count - off * off;
        if (off * off <= variance) break;
        center = mean;
    }
    const float rounded = static_cast<float>(mean);
    return {rounded, static_cast<float>(1 / __builtin_sqrt((variance < 0 ? 0 : variance) + epsilon)), static_cast<float>(mean - rounded)};
}

}  // namespace

Moments forward(const Group& group, float epsilon, const float* input, float* output) {
    const int64_t count = group.channels * group.pixels;
    const Moments moments = moments_of(input, count, epsilon);
    const __m256 center = _mm256_set1_ps(moments.mean), one = _mm256_set1_ps(1);
    for (int64_t c = 0; c < group.channels; ++c) {
        const Affine map = affine(group, moments, c);
        const __m256 gain = _mm256_set1_ps(map.gain), offset = _mm256_set1_ps(map.offset);
        const float* x = input + c * group.pixels;
        float* y = output + c * group.pixels;
        for_vectors(group.pixels, [&](int64_t i, __m256i lanes, bool whole) {
            const __m256 z = _mm256_fmadd_ps(_mm256_sub_ps(load(x + i, lanes, whole), center), gain, offset);
            store(y + i, _mm256_div_ps(z, _mm256_add_ps(one, exponential(minus(z)))), lanes, whole);
        });
    }
    return moments;
}

void backward(const Group& group, Moments moments, const float* input, const float* gradient, float* input_gradient, float* sums,
              float* centered_sums) {
    const __m256 center = _mm256_set1_ps(moments.mean), one = _mm256_set1_ps(1);
    double weighted = 0, weighted_centered = 0; // sums of gain * g and of gain * g * (x - mean)
    for (int64_t c = 0; c < group.channels; ++c) {
        const Affine map = affine(group, moments, c);
        const __m256 gain = _mm256_set1_ps(map.gain), offset = _mm256_set1_ps(map.offset);
        const int64_t first = c * group.pixels;
        double g_sum = 0, g_centered_sum = 0;
        for (int64_t start = 0; start < group.pixels; start += chunk) {
            const int64_t from = first + start, count = start + chunk < group.pixels ? chunk : group.pixels - start;
            __m256 s = _mm256_setzero_ps(), t = _mm256_setzero_ps();
            for_vectors(count, [&](int64_t i, __m256i lanes, bool whole) {
                const __m256 x = _mm256_sub_ps(load(input + from + i, lanes, whole), center);
                const __m256 z = _mm256_fmadd_ps(x, gain, offset);
                const __m256 sigmoid = _mm256_div_ps(one, _mm256_add_ps(one, exponential(minus(z))));
                const __m256 slope = _mm256_mul_ps(sigmoid, _mm256_fmadd_ps(z, _mm256_sub_ps(one, sigmoid), one));
                __m256 g = _mm256_mul_ps(load(gradient + from + i, lanes, whole), slope);
                if (!whole) g = _mm256_and_ps(g, _mm256_castsi256_ps(lanes)); // nothing from beyond the tail
                store(input_gradient + from + i, g, lanes, whole);
                s = _mm256_add_ps(s, g);
                t = _mm256_fmadd_ps(g, x, t);
            });
            g_sum += total(s);
            g_centered_sum += total(t);
        }
        g_centered_sum -= moments.mean_rest * g_sum;
        sums[c] = static_cast<float>(g_sum);
        centered_sums[c] = static_cast<float>(g_centered_sum);
        weighted += map.gain * g_sum;
        weighted_centered += map.gain * g_centered_sum;
    }
    const double count = static_cast<double>(group.channels * group.pixels), inverse = moments.inverse_deviation;
    const double slope = weighted_centered * inverse * inverse / count;
    const __m256 constant = _mm256_set1_ps(static_cast<float>(weighted / count - moments.mean_rest * slope));
    const __m256 linear = _mm256_set1_ps(static_cast<float>(slope));
    for (int64_t c = 0; c < group.channels; ++c) {
        const __m256 gain = _mm256_set1_ps(affine(group, moments, c).gain);
        const float* x = input + c * group.pixels;
        float* to = input_gradient + c * group.pixels;
        for_vectors(group.pixels, [&](int64_t i, __m256i lanes, bool whole) {
            const __m256 centered = _mm256_sub_ps(load(x + i, lanes, whole), center);
            const __m256 g = _mm256_fmsub_ps(load(to + i, lanes, whole), gain, constant);
            store(to + i, _mm256_fnmadd_ps(centered, linear, g), lanes, whole);
        });
    }
}

}  // namespace limpid::norm

#else

// Another kind of processor: never called.
namespace limpid::norm {
Moments forward(const Group&, float, const float*, float*) { return {}; }
void backward(const Group&, Moments, const float*, const float*, float*, float*, float*) {}
}  // namespace limpid::norm

#endif
