// The products of winograd.h with 16 tiles a vector.
#include "winograd.h"

#if defined(__AVX512F__)
#include <immintrin.h>

namespace limpid::winograd {

namespace {

// 4 x Panels output channels and 16 x Vectors tiles, added to the products so far unless these are the first channels. Panels of
// filters are panel apart; those of the next sum lie ahead. The accumulators must stay in registers.
template <int Panels, int Vectors, bool First>
inline void multiply(int64_t channels, const float* filters, int64_t panel, int64_t ahead, const float* tiles, int64_t pitch, float* products) {
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
        if (c % 4 == 0) {
#pragma GCC unroll 4
            for (int k = 0; k < Panels; ++k) __builtin_prefetch(filters + k * panel + ahead);
        }
        tiles += pitch;
        filters += filter_panel;
    }
#pragma GCC unroll 16
    for (int k = 0; k < 4 * Panels; ++k) {
#pragma GCC unroll 3
        for (int v = 0; v < Vectors; ++v) {
            float* to = products + k * pitch + 16 * v;
            _mm512_storeu_ps(to, First ? sum[k][v] : _mm512_add_ps(sum[k][v], _mm512_loadu_ps(to)));
        }
    }
}

template <int Panels, int Vectors, bool First>
void multiply_some(int64_t first, int64_t channels, const float* filters, int64_t panels, int64_t next, const float* tiles, int64_t pitch, float* products) {
    const bool last = first + summed_channels >= channels;
    const int64_t take = last ? channels - first : summed_channels, ahead = last ? next - first * filter_panel : summed_channels * filter_panel;
    const int64_t filters_each = filter_panel * channels;
    const float* from = filters + first * filter_panel;
    int64_t panel = 0;
    for (; panel + Panels <= panels; panel += Panels) {
        multiply<Panels, Vectors, First>(take, from + panel * filters_each, filters_each, ahead, tiles + first * pitch, pitch, products + panel * filter_panel * pitch);
    }
    for (; panel < panels; ++panel) {
        multiply<1, Vectors, First>(take, from + panel * filters_each, filters_each, ahead, tiles + first * pitch, pitch, products + panel * filter_panel * pitch);
    }
}

template <int Panels, int Vectors>
void multiply_panels(int64_t channels, const float* filters, int64_t panels, int64_t next, const float* tiles, int64_t pitch, float* products) {
    multiply_some<Panels, Vectors, true>(0, channels, filters, panels, next, tiles, pitch, products);
    for (int64_t done = summed_channels; done < channels; done += summed_channels) {
        multiply_some<Panels, Vectors, false>(done, channels, filters, panels, next, tiles, pitch, products);
    }
}

}  // namespace

// Vectors go by threes, and by twos where threes leave one over.
void multiply_avx512(int64_t channels, const float* filters, int64_t panels, int64_t next, const float* tiles, int64_t count, int64_t pitch, float* products) {
    const int64_t vectors = (count + 15) / 16;
    for (int64_t done = 0; done < vectors;) {
        const int64_t left = vectors - done;
        const int64_t take = left == 1 ? 1 : left == 2 || left == 4 ? 2 : 3;
        if (take == 3) {
            multiply_panels<2, 3>(channels, filters, panels, next, tiles + 16 * done, pitch, products + 16 * done);
        } else if (take == 2) {
            multiply_panels<2, 2>(channels, filters, panels, next, tiles + 16 * done, pitch, products + 16 * done);
        } else {
            multiply_panels<4, 1>(channels, filters, panels, next, tiles + 16 * done, pitch, products + 16 * done);
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
