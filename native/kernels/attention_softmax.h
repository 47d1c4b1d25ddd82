// The softmax of attention.h for vectors of Lanes::count columns; pitch is a multiple of 16.
#pragma once
#include "attention.h"
#include "exponential.h"

namespace limpid::attention {

namespace {

template <class Lanes>
void softmax(int64_t length, int64_t pitch, float* scores, float* largest, float* inverse) {
    using Vector = typename Lanes::Vector;
    for (int64_t t = 0; t < pitch; t += Lanes::count) {
        Vector most = Lanes::load(scores + t), sum = Lanes::all(0);
        for (int64_t s = 1; s < length; ++s) most = Lanes::max(Lanes::load(scores + s * pitch + t), most);
        for (int64_t s = 0; s < length; ++s) {
            const Vector e = exponential<Lanes>(Lanes::sub(Lanes::load(scores + s * pitch + t), most));
            Lanes::store(scores + s * pitch + t, e);
            sum = Lanes::add(sum, e);
        }
        Lanes::store(largest + t, most);
        Lanes::store(inverse + t, Lanes::div(Lanes::all(1), sum));
    }
}

template <class Lanes>
void slopes(int64_t length, int64_t pitch, const float* largest, const float* inverse, const float* dot, float* scores, float* gradients) {
    using Vector = typename Lanes::Vector;
    for (int64_t s = 0; s < length; ++s) {
        for (int64_t t = 0; t < pitch; t += Lanes::count) {
            float *w = scores + s * pitch + t, *g = gradients + s * pitch + t;
            const Vector p = Lanes::mul(exponential<Lanes>(Lanes::sub(Lanes::load(w), Lanes::load(largest + t))), Lanes::load(inverse + t));
            Lanes::store(w, p);
            Lanes::store(g, Lanes::mul(p, Lanes::sub(Lanes::load(g), Lanes::load(dot + t))));
        }
    }
}

}  // namespace

}  // namespace limpid::attention
