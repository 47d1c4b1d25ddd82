// The products of winograd.h with Lanes::tiles tiles of Lanes::channels output channels a vector.
#pragma once
#include "winograd.h"

namespace limpid::winograd {

namespace {

// One output channel a vector.
template <class Base>
struct OneChannel : Base {
    using Vector = typename Base::Vector;
    static constexpr int64_t channels = 1, tiles = Base::count;

    static Vector load_tiles(const float* from) { return Base::load(from); }
    static Vector filter(const float* from) { return Base::all(*from); }
    static Vector load_products(const float* from, int64_t) { return Base::load(from); }
    static void store_products(float* to, int64_t, Vector v) { Base::store(to, v); }
};

// 4 x Panels output channels and Vectors of tiles, added to the products so far unless these are the first channels. Panels of
// filters are panel apart; those of the next sum lie ahead. The accumulators must stay in registers.
template <class Lanes, int Panels, int Vectors, bool First>
inline void multiply(int64_t channels, const float* filters, int64_t panel, int64_t ahead, const float* tiles, int64_t pitch, float* products) {
    using Vector = typename Lanes::Vector;
    constexpr int steps = 4 * Panels / Lanes::channels, each = Lanes::channels;
    Vector sum[steps][Vectors];
#pragma GCC unroll 16
    for (int k = 0; k < steps; ++k) {
#pragma GCC unroll 3
        for (int v = 0; v < Vectors; ++v) sum[k][v] = Lanes::all(0);
    }
    for (int64_t c = 0; c < channels; ++c) {
        Vector x[Vectors];
#pragma GCC unroll 3
        for (int v = 0; v < Vectors; ++v) x[v] = Lanes::load_tiles(tiles + v * Lanes::tiles);
#pragma GCC unroll 16
        for (int k = 0; k < steps; ++k) {
            const Vector f = Lanes::filter(filters + k * each / 4 * panel + k * each % 4);
#pragma GCC unroll 3
            for (int v = 0; v < Vectors; ++v) sum[k][v] = Lanes::multiply_add(f, x[v], sum[k][v]);
        }
        if (c % 4 == 0) { // a cache line of filters
#pragma GCC unroll 4
            for (int k = 0; k < Panels; ++k) __builtin_prefetch(filters + k * panel + ahead);
        }
        tiles += pitch;
        filters += filter_panel;
    }
#pragma GCC unroll 16
    for (int k = 0; k < steps; ++k) {
#pragma GCC unroll 3
        for (int v = 0; v < Vectors; ++v) {
            float* to = products + k * each * pitch + v * Lanes::tiles;
            Lanes::store_products(to, pitch, First ? sum[k][v] : Lanes::add(sum[k][v], Lanes::load_products(to, pitch)));
        }
    }
}

template <class Lanes, int Panels, int Vectors, bool First>
void multiply_some(int64_t first, int64_t channels, const float* filters, int64_t panels, int64_t next, const float* tiles, int64_t pitch, float* products) {
    const bool last = first + summed_channels >= channels;
    const int64_t take = last ? channels - first : summed_channels, ahead = last ? next - first * filter_panel : summed_channels * filter_panel;
    const int64_t panel_floats = filter_panel * channels;
    const float* from = filters + first * filter_panel;
    int64_t panel = 0;
    for (; panel + Panels <= panels; panel += Panels) {
        multiply<Lanes, Panels, Vectors, First>(take, from + panel * panel_floats, panel_floats, ahead, tiles + first * pitch, pitch, products + panel * filter_panel * pitch);
    }
    for (; panel < panels; ++panel) {
        multiply<Lanes, 1, Vectors, First>(take, from + panel * panel_floats, panel_floats, ahead, tiles + first * pitch, pitch, products + panel * filter_panel * pitch);
    }
}

// All panels, so many at once, of Vectors of tiles.
template <class Lanes, int Panels, int Vectors>
void multiply_panels(int64_t channels, const float* filters, int64_t panels, int64_t next, const float* tiles, int64_t pitch, float* products) {
    multiply_some<Lanes, Panels, Vectors, true>(0, channels, filters, panels, next, tiles, pitch, products);
    for (int64_t done = summed_channels; done < channels; done += summed_channels) {
        multiply_some<Lanes, Panels, Vectors, false>(done, channels, filters, panels, next, tiles, pitch, products);
    }
}

// Vectors go by threes, and by twos where threes leave one over; Many and Some panels at once keep the accumulators in registers.
template <class Lanes, int Some, int Many>
void multiply_tiles(int64_t channels, const float* filters, int64_t panels, int64_t next, const float* tiles, int64_t count, int64_t pitch, float* products) {
    const int64_t vectors = (count + Lanes::tiles - 1) / Lanes::tiles;
    for (int64_t done = 0; done < vectors;) {
        const int64_t left = vectors - done, take = left == 1 ? 1 : left == 2 || left == 4 ? 2 : 3, first = done * Lanes::tiles;
        const auto run = take == 3 ? multiply_panels<Lanes, Some, 3> : take == 2 ? multiply_panels<Lanes, Some, 2> : multiply_panels<Lanes, Many, 1>;
        run(channels, filters, panels, next, tiles + first, pitch, products + first);
        done += take;
    }
}

}  // namespace

}  // namespace limpid::winograd
