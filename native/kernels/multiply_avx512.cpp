// The products of winograd.h with 16 tiles a vector.
#include "winograd.h"

#if defined(__AVX512F__)
#include <immintrin.h>

namespace limpid::winograd {

namespace {

// 4 x Panels output channels and 16 x Vectors tiles. The accumulators must stay in registers.
template <int Panels, int Vectors>
inline void multiply(int64_t channels, const float* filters, const float* tiles, int64_t pitch, float* products) {
    const int64_t panel = filter_panel * channels;
    __m512 sum[4 * Panels][Vectors];
#pragma GCC unroll 16
    for (int k = 0; k < 4 * Panels; ++k) {
#pragma GCC unroll 3
        for (int v = 0; v < Vectors; ++v) sum[k][v] = _mm512_setzero_ps();
    }
    for (int64_t c = 0; c < channels; ++c) {
        __m512 x[Vectors];
#pragma GCC unroll 3
        for (int v = 0; v < Vectors; ++v) x[v] = _mm512_loadu_ps(tiles + 16 * v);
#pragma GCC unroll 16
        for (int k = 0; k < 4 * Panels; ++k) {
            const __m512 f = _mm512_set1_ps(filters[k / 4 * panel + k % 4]);
#pragma GCC unroll 3
            for (int v = 0; v < Vectors; ++v) sum[k][v] = _mm512_fmadd_ps(f, x[v], sum[k][v]);
        }
        tiles += pitch;
        filters += filter_panel;
    }
#pragma GCC unroll 16
    for (int k = 0; k < 4 * Panels; ++k) {
#pragma GCC unroll 3
        for (int v = 0; v < Vectors; ++v) _mm512_storeu_ps(products + k * pitch + 16 * v, sum[k][v]);
    }
}

template <int Panels, int Vectors>
void multiply_panels(int64_t channels, const float* filters, int64_t panels, const float* tiles, int64_t pitch, float* products) {
    int64_t panel = 0;
    for (; panel + Panels <= panels; panel += Panels) {
        multiply<Panels, Vectors>(channels, filters + panel * filter_panel * channels, tiles, pitch, products + panel * filter_panel * pitch);
    }
    for (; panel < panels; ++panel) {
        multiply<1, Vectors>(channels, filters + panel * filter_panel * channels, tiles, pitch, products + panel * filter_panel * pitch);
    }
}

}  // namespace

// Vectors go by threes, and by twos where threes leave one over.
void multiply_avx512(int64_t channels, const float* filters, int64_t panels, const float* tiles, int64_t count, int64_t pitch, float* products) {
    const int64_t vectors = (count + 15) / 16;
    for (int64_t done = 0; done < vectors;) {
        const int64_t left = vectors - done;
        const int64_t take = left == 1 ? 1 : left == 2 || left == 4 ? 2 : 3;
        if (take == 3) {
            multiply_panels<2, 3>(channels, filters, panels, tiles + 16 * done, pitch, products + 16 * done);
        } else if (take == 2) {
            multiply_panels<2, 2>(channels, filters, panels, tiles + 16 * done, pitch, products + 16 * done);
        } else {
            multiply_panels<4, 1>(channels, filters, panels, tiles + 16 * done, pitch, products + 16 * done);
        }
        done += take;
    }
}

}  // namespace limpid::winograd

#else

namespace limpid::winograd {
void multiply_avx512(int64_t, const float*, int64_t, const float*, int64_t, int64_t, float*) {}
}  // namespace limpid::winograd

#endif
