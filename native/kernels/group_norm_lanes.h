// The arithmetic of group_norm.h, for vectors of Lanes::count numbers. Sums go by 16 numbers whatever the vector, so that they round alike.
#pragma once
#include "exponential.h"
#include "group_norm.h"

namespace limpid::norm {

namespace {

constexpr int64_t chunk = 4096; // float32 sums are this long; then float64 takes over
constexpr int64_t step = 16;

// Calls body(offset, part, some) for each vector of [0, count): part of its step, and how many of its numbers count; whole vectors
// get a constant.
template <class Lanes, class Body>
inline void for_vectors(int64_t count, Body&& body) {
    int64_t i = 0;
    for (; i + step <= count; i += step) {
#pragma GCC unroll 2
        for (int64_t part = 0; part < step / Lanes::count; ++part) body(i + part * Lanes::count, part, Lanes::count);
    }
    for (int64_t part = 0; i < count; i += Lanes::count, ++part) body(i, part, count - i < Lanes::count ? count - i : Lanes::count);
}

template <class Lanes>
inline typename Lanes::Vector load(const float* from, int64_t some) {
    return some == Lanes::count ? Lanes::load(from) : Lanes::load(from, some);
}

template <class Lanes>
inline void store(float* to, typename Lanes::Vector v, int64_t some) {
    if (some == Lanes::count) {
        Lanes::store(to, v);
    } else {
        Lanes::store(to, v, some);
    }
}

// A sum of vectors.
template <class Lanes>
struct Sum {
    typename Lanes::Vector parts[step / Lanes::count];

    Sum() {
        for (auto& part : parts) part = Lanes::all(0);
    }

    double total() const { return Lanes::total(parts); }
};

struct Sums {
    double plain, squared;
};

// Sums of (x - center) and of its square.
template <class Lanes>
Sums sums_around(const float* x, int64_t count, float center) {
    using Vector = typename Lanes::Vector;
    const Vector c = Lanes::all(center);
    Sums result{0, 0};
    for (int64_t start = 0; start < count; start += chunk) {
        Sum<Lanes> plain, squared;
        for_vectors<Lanes>(start + chunk < count ? chunk : count - start, [&](int64_t i, int64_t part, int64_t some) {
            Vector v = Lanes::sub(load<Lanes>(x + start + i, some), c);
            if (some != Lanes::count) v = Lanes::only(v, some);
            plain.parts[part] = Lanes::add(v, plain.parts[part]);
            squared.parts[part] = Lanes::multiply_add(v, v, squared.parts[part]);
        });
        result.plain += plain.total();
        result.squared += squared.total();
    }
    return result;
}

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
template <class Lanes>
Moments moments_of(const float* x, int64_t count, float epsilon) {
    constexpr int64_t sample = 64;
    const int64_t some = count < sample ? count : sample;
    double center = sums_around<Lanes>(x, some, 0).plain / some, mean = 0, variance = 0;
    for (int attempt = 0; attempt < 2; ++attempt) {
        const float c = static_cast<float>(center);
        const Sums sums = sums_around<Lanes>(x, count, c);
        const double off = sums.plain / count;
        mean = c + off;
        variance = sums.squared / count - off * off;
        if (off * off <= variance) break;
        center = mean;
    }
    const float rounded = static_cast<float>(mean);
    return {rounded, static_cast<float>(1 / __builtin_sqrt((variance < 0 ? 0 : variance) + epsilon)), static_cast<float>(mean - rounded)};
}

template <class Lanes>
Moments forward(const Group& group, float epsilon, const float* input, float* output) {
    using Vector = typename Lanes::Vector;
    const Moments moments = moments_of<Lanes>(input, group.channels * group.pixels, epsilon);
    const Vector center = Lanes::all(moments.mean);
    for (int64_t c = 0; c < group.channels; ++c) {
        const Affine map = affine(group, moments, c);
        const Vector gain = Lanes::all(map.gain), offset = Lanes::all(map.offset);
        const float* x = input + c * group.pixels;
        float* y = output + c * group.pixels;
        for_vectors<Lanes>(group.pixels, [&](int64_t i, int64_t, int64_t some) {
            store<Lanes>(y + i, silu<Lanes>(Lanes::multiply_add(Lanes::sub(load<Lanes>(x + i, some), center), gain, offset)), some);
        });
    }
    return moments;
}

template <class Lanes>
void backward(const Group& group, Moments moments, const float* input, const float* gradient, float* input_gradient, float* sums,
              float* centered_sums) {
    using Vector = typename Lanes::Vector;
    const Vector center = Lanes::all(moments.mean);
    double weighted = 0, weighted_centered = 0; // sums of gain * g and of gain * g * (x - mean)
    for (int64_t c = 0; c < group.channels; ++c) {
        const Affine map = affine(group, moments, c);
        const Vector gain = Lanes::all(map.gain), offset = Lanes::all(map.offset);
        const int64_t first = c * group.pixels;
        double g_sum = 0, g_centered_sum = 0;
        for (int64_t start = 0; start < group.pixels; start += chunk) {
            const int64_t from = first + start;
            Sum<Lanes> plain, centered;
            for_vectors<Lanes>(start + chunk < group.pixels ? chunk : group.pixels - start, [&](int64_t i, int64_t part, int64_t some) {
                const Vector x = Lanes::sub(load<Lanes>(input + from + i, some), center);
                const Vector slope = silu_slope<Lanes>(Lanes::multiply_add(x, gain, offset));
                Vector g = Lanes::mul(load<Lanes>(gradient + from + i, some), slope);
                if (some != Lanes::count) g = Lanes::only(g, some); // nothing from beyond the tail
                store<Lanes>(input_gradient + from + i, g, some);
                plain.parts[part] = Lanes::add(plain.parts[part], g);
                centered.parts[part] = Lanes::multiply_add(g, x, centered.parts[part]);
            });
            g_sum += plain.total();
            g_centered_sum += centered.total();
        }
        g_centered_sum -= moments.mean_rest * g_sum;
        sums[c] = static_cast<float>(g_sum);
        centered_sums[c] = static_cast<float>(g_centered_sum);
        weighted += map.gain * g_sum;
        weighted_centered += map.gain * g_centered_sum;
    }
    const double count = static_cast<double>(group.channels * group.pixels), inverse = moments.inverse_deviation;
    const double slope = weighted_centered * inverse * inverse / count;
    const Vector constant = Lanes::all(static_cast<float>(weighted / count - moments.mean_rest * slope));
    const Vector linear = Lanes::all(static_cast<float>(slope));
    for (int64_t c = 0; c < group.channels; ++c) {
        const Vector gain = Lanes::all(affine(group, moments, c).gain);
        const float* x = input + c * group.pixels;
        float* to = input_gradient + c * group.pixels;
        for_vectors<Lanes>(group.pixels, [&](int64_t i, int64_t, int64_t some) {
            const Vector centered = Lanes::sub(load<Lanes>(x + i, some), center);
            store<Lanes>(to + i, Lanes::sub_product(Lanes::multiply_sub(load<Lanes>(to + i, some), gain, constant), centered, linear), some);
        });
    }
}

}  // namespace

}  // namespace limpid::norm
