// The products of winograd.h with 16 tiles a vector.
#include "winograd.h"

#if defined(__AVX512F__)
#include <cstring>

#include "lanes_avx512.h"
#include "multiply_lanes.h"

namespace limpid::winograd {

namespace {

// Two output channels of 8 tiles a vector, so that few tiles fill it.
struct TwoChannels : SixteenLanes {
    static constexpr int64_t channels = 2, tiles = 8;

    static Vector load_tiles(const float* from) { return both(_mm256_loadu_ps(from), _mm256_loadu_ps(from)); }

    static Vector filter(const float* from) {
        double two;
        std::memcpy(&two, from, sizeof(two));
        const __m512i halves = _mm512_setr_epi32(0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1);
        return _mm512_permutevar_ps(_mm512_castpd_ps(_mm512_set1_pd(two)), halves);
    }

    static Vector load_products(const float* from, int64_t pitch) { return both(_mm256_loadu_ps(from), _mm256_loadu_ps(from + pitch)); }

    static void store_products(float* to, int64_t pitch, Vector v) {
        _mm256_storeu_ps(to, _mm512_castps512_ps256(v));
        _mm256_storeu_ps(to + pitch, _mm256_castpd_ps(_mm512_extractf64x4_pd(_mm512_castps_pd(v), 1)));
    }

private:
    static Vector both(__m256 low, __m256 high) {
        return _mm512_castpd_ps(_mm512_insertf64x4(_mm512_castps_pd(_mm512_castps256_ps512(low)), _mm256_castps_pd(high), 1));
    }
};

}  // namespace

void multiply_avx512(int64_t channels, const float* filters, int64_t panels, int64_t next, const float* tiles, int64_t count, int64_t pitch, float* products) {
    if (count <= TwoChannels::tiles) return multiply_panels<TwoChannels, 4, 1>(channels, filters, panels, next, tiles, pitch, products);
    multiply_tiles<OneChannel<SixteenLanes>, 2, 4>(channels, filters, panels, next, tiles, count, pitch, products);
}

}  // namespace limpid::winograd

#else

namespace limpid::winograd {
void multiply_avx512(int64_t, const float*, int64_t, int64_t, const float*, int64_t, int64_t, float*) {}
}  // namespace limpid::winograd

#endif
