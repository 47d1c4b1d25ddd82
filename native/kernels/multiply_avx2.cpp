// The products of winograd.h with 8 tiles a vector.
#include "winograd.h"

#if defined(__AVX2__) && defined(__FMA__)
#include <immintrin.h>

namespace limpid::winograd {

namespace {

// 4 output channels and 8 x Vectors tiles, added to the products so far unless these are the first channels. The filters of
// the next sum lie ahead. The accumulators must stay in registers.
template <int Vectors, bool First>
inline void multiply(int64_t channels, const float* filters, int64_t ahead, const float* tiles, int64_t pitch, float* products) {
    __m256 sum[4][Vectors];
#pragma GCC unroll 4
    for (int k = 0; k < 4; ++k) {
#pragma GCC unroll 3
        for (int v = 0; v < Vectors; ++v) sum[k][v] = _mm256_setzero_ps();
    }
    for (int64_t c = 0; c < channels; ++c) {
        __m256 x[Vectors];
#pragma GCC unroll 3
        for (int v = 0; v < Vectors; ++v) x[v] = _mm256_loadu_ps(tiles + 8 * v);
#pragma GCC unroll 4
        for (int k = 0; k < 4; ++k) {
            const __m256 f = _mm256_broadcast_ss(filters + k);
#pragma GCC unroll 3
            for (int v = 0; v < Vectors; ++v) sum[k][v] = _mm256_fmadd_ps(f, x[v], sum[k][v]);
        }
        if (c % 4 == 0) __builtin_prefetch(filters + ahead);
        tiles += pitch;
        filters += filter_panel;
    }
#pragma GCC unroll 4
    for (int k = 0; k < 4; ++k) {
#pragma GCC unroll 3
        for (int v = 0; v < Vectors; ++v) {
            float* to = products + k * pitch + 8 * v;
            _mm256_storeu_ps(to, First ? sum[k][v] : _mm256_add_ps(sum[k][v], _mm256_loadu_ps(to)));
        }
    }
}

template <int Vectors, bool First>
void multiply_some(int64_t first, int64_t channels, const float* filters, int64_t panels, int64_t next, const float* tiles, int64_t pitch, float* products) {
    const bool last = first + summed_channels >= channels;
    const int64_t take = last ? channels - first : summed_channels, ahead = last ? next - first * filter_panel : summed_channels * filter_panel;
    for (int64_t panel = 0; panel < panels; ++panel) {
        multiply<Vectors, First>(take, filters + (panel * channels + first) * filter_panel, ahead, tiles + first * pitch, pitch, products + panel * filter_panel * pitch);
    }
}

// All panels of 8 x Vectors tiles.
template <int Vectors>
void multiply_panels(int64_t channels, const float* filters, int64_t panels, int64_t next, const float* tiles, int64_t pitch, float* products) {
    multiply_some<Vectors, true>(0, channels, filters, panels, next, tiles, pitch, products);
    for (int64_t done = summed_channels; done < channels; done += summed_channels) {
        multiply_some<Vectors, false>(done, channels, filters, panels, next, tiles, pitch, products);
    }
}

}  // namespace

// Vectors go by threes, and by twos where threes leave one over.
void multiply_avx2(int64_t channels, const float* filters, int64_t panels, int64_t next, const float* tiles, int64_t count, int64_t pitch, float* products) {
    const int64_t vectors = (count + 7) / 8;
    for (int64_t done = 0; done < vectors;) {
        const int64_t left = vectors - done;
        const int64_t take = left == 1 ? 1 : left == 2 || left == 4 ? 2 : 3;
        if (take == 3) {
            multiply_panels<3>(channels, filters, panels, next, tiles + 8 * done, pitch, products + 8 * done);
        } else if (take == 2) {
            multiply_panels<2>(channels, filters, panels, next, tiles + 8 * done, pitch, products + 8 * done);
        } else {
            multiply_panels<1>(channels, filters, panels, next, tiles + 8 * done, pitch, products + 8 * done);
        }
        done += take;
    }
}

}  // namespace limpid::winograd

#else

namespace limpid::winograd {
void multiply_avx2(int64_t, const float*, int64_t, const float*, int64_t, int64_t, float*) {}
}  // namespace limpid::winograd

#endif
