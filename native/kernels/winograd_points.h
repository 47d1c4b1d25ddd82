// Winograd's transforms along one side of a tile: F(2,3) with four points, F(4,3) with six.
#pragma once

namespace limpid::winograd {

namespace {

// F(4,3) interpolates at 0, -a, a, -b, b and infinity. With a = 1/sqrt(2) and b = sqrt(2) no entry of the transforms exceeds 2.83; with
// the usual 1 and 2 it is 8, and the largest errors of F(4x4,3x3) are three to four times as large.
constexpr double a = 0.70710678118654752440, b = 1.41421356237309504880;
constexpr double aa = a * a, bb = b * b;

// F(2,3) interpolates at 0, 1, -1 and infinity: four inputs to their values there.
template <class Lanes, class Vector = typename Lanes::Vector>
inline void to_points(const Vector (&x)[4], Vector (&p)[4]) {
    p[0] = Lanes::sub(x[0], x[2]);
    p[1] = Lanes::add(x[1], x[2]);
    p[2] = Lanes::sub(x[2], x[1]);
    p[3] = Lanes::sub(x[1], x[3]);
}

// Four products to two outputs.
template <class Lanes, class Vector = typename Lanes::Vector>
inline void from_points(const Vector (&m)[4], Vector (&y)[2]) {
    y[0] = Lanes::add(m[0], Lanes::add(m[1], m[2]));
    y[1] = Lanes::sub(Lanes::sub(m[1], m[2]), m[3]);
}

template <class Lanes>
inline typename Lanes::Vector all(double v) { return Lanes::all(static_cast<float>(v)); }

template <class Lanes, class Vector = typename Lanes::Vector>
inline void to_points(const Vector (&x)[6], Vector (&p)[6]) {
    p[0] = Lanes::multiply_add(x[0], all<Lanes>(aa * bb), Lanes::sub_product(x[4], x[2], all<Lanes>(aa + bb)));
    const Vector even_a = Lanes::sub_product(x[4], x[2], all<Lanes>(bb)), odd_a = Lanes::sub_product(x[3], x[1], all<Lanes>(bb));
    p[1] = Lanes::multiply_add(odd_a, all<Lanes>(a), even_a);
    p[2] = Lanes::sub_product(even_a, odd_a, all<Lanes>(a));
    const Vector even_b = Lanes::sub_product(x[4], x[2], all<Lanes>(aa)), odd_b = Lanes::sub_product(x[3], x[1], all<Lanes>(aa));
    p[3] = Lanes::multiply_add(odd_b, all<Lanes>(b), even_b);
    p[4] = Lanes::sub_product(even_b, odd_b, all<Lanes>(b));
    p[5] = Lanes::multiply_add(x[1], all<Lanes>(aa * bb), Lanes::sub_product(x[5], x[3], all<Lanes>(aa + bb)));
}

template <class Lanes, class Vector = typename Lanes::Vector>
inline void from_points(const Vector (&m)[6], Vector (&y)[4]) {
    const Vector sum_a = Lanes::add(m[1], m[2]), sum_b = Lanes::add(m[3], m[4]);
    const Vector difference_a = Lanes::sub(m[1], m[2]), difference_b = Lanes::sub(m[3], m[4]);
    y[0] = Lanes::add(m[0], Lanes::add(sum_a, sum_b));
    y[1] = Lanes::multiply_add(difference_a, all<Lanes>(a), Lanes::mul(difference_b, all<Lanes>(b)));
    y[2] = Lanes::multiply_add(sum_a, all<Lanes>(aa), Lanes::mul(sum_b, all<Lanes>(bb)));
    y[3] = Lanes::multiply_add(difference_a, all<Lanes>(a * aa), Lanes::multiply_add(difference_b, all<Lanes>(b * bb), m[5]));
}

// The values of a filter's polynomial at the points, divided by what the interpolation leaves; outputs 2 or 4.
inline void filter_points(int64_t outputs, double g0, double g1, double g2, double* v) {
    *v++ = outputs == 2 ? g0 : g0 / (aa * bb);
    const auto pair = [&](double at, double divisor) {
        const double even = g0 + at * at * g2, odd = at * g1;
        *v++ = (even + odd) / divisor;
        *v++ = (even - odd) / divisor;
    };
    if (outputs == 2) {
        pair(1, 2);
    } else {
        pair(a, 2 * aa * (aa - bb));
        pair(b, 2 * bb * (bb - aa));
    }
    *v = g2;
}

}  // namespace

}  // namespace limpid::winograd
