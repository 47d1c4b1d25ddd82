// The exponential of a vector of numbers: Lanes of lanes_avx2.h or lanes_avx512.h.
#pragma once

namespace limpid {

namespace {

// exp(x): 2^n times the Taylor polynomial of degree 7 in the rest, which is at most ln(2)/2; infinity where float32 ends, and
// NaN of NaN.
template <class Lanes>
inline typename Lanes::Vector exponential(typename Lanes::Vector x) {
    using Vector = typename Lanes::Vector;
    const Vector bounded = Lanes::max(Lanes::min(x, Lanes::all(88.3f)), Lanes::all(-87.3f));
    const Vector n = Lanes::round(Lanes::mul(bounded, Lanes::all(1.44269504f)));
    // ln(2) in two parts, the first exact in few bits.
    const Vector rest = Lanes::sub_product(Lanes::sub_product(bounded, n, Lanes::all(0.693359375f)), n, Lanes::all(-2.12194440e-4f));
    Vector p = Lanes::all(1.f / 5040);
    constexpr float factors[] = {1.f / 720, 1.f / 120, 1.f / 24, 1.f / 6, .5f, 1, 1};
#pragma GCC unroll 7
    for (int i = 0; i < 7; ++i) p = Lanes::multiply_add(p, rest, Lanes::all(factors[i]));
    const Vector value = Lanes::where_above(x, Lanes::all(88.7228f), Lanes::all(__builtin_inff()), Lanes::mul(p, Lanes::power_of_two(n)));
    return Lanes::where_nan(x, x, value);
}

// 1 / (1 + exp(-z)), and z times that.
template <class Lanes>
inline typename Lanes::Vector logistic(typename Lanes::Vector z) {
    return Lanes::div(Lanes::all(1), Lanes::add(Lanes::all(1), exponential<Lanes>(Lanes::minus(z))));
}

template <class Lanes>
inline typename Lanes::Vector silu(typename Lanes::Vector z) {
    return Lanes::div(z, Lanes::add(Lanes::all(1), exponential<Lanes>(Lanes::minus(z))));
}

template <class Lanes>
inline typename Lanes::Vector silu_slope(typename Lanes::Vector z) {
    const typename Lanes::Vector s = logistic<Lanes>(z), one = Lanes::all(1);
    return Lanes::mul(s, Lanes::multiply_add(z, Lanes::sub(one, s), one));
}

}  // namespace

}  // namespace limpid
