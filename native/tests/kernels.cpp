// The plain-array part of the kernels on random shapes, in buffers of exactly the size they may touch, against sums in double
// precision: for AddressSanitizer and UndefinedBehaviorSanitizer (scripts/sanitize.sh). Prints the largest differences.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <random>
#include <vector>

#include "../kernels/affine_activation.h"
#include "../kernels/attention.h"
#include "../kernels/group_norm.h"
#include "../kernels/pointwise.h"
#include "../kernels/processor.h"
#include "../kernels/winograd.h"

namespace {

std::mt19937 generator(20641);

int64_t pick(int64_t from, int64_t to) { return std::uniform_int_distribution<int64_t>(from, to)(generator); }

// A buffer of its own on the heap, a float off the alignment that vectors would like.
struct Buffer {
    std::vector<float> memory;

    explicit Buffer(int64_t size, bool random = true) : memory(static_cast<size_t>(size) + 1) {
        std::normal_distribution<float> normal;
        for (float& v : memory) v = random ? normal(generator) : 0;
    }

    float* data() { return memory.data() + 1; }
    float operator[](int64_t i) const { return memory[static_cast<size_t>(i) + 1]; }
};

struct Worst {
    const char* name;
    double difference = 0, largest = 1e-30;

    void see(double actual, double expected) {
        difference = std::max(difference, std::isnan(actual) ? INFINITY : std::fabs(actual - expected));
        largest = std::max(largest, std::fabs(expected));
    }

    bool print() const {
        std::printf("%-24s largest difference %.1e of the largest result\n", name, difference / largest);
        return difference / largest < 1e-5;
    }
};

float* workspace_of(std::vector<float>& memory, int64_t floats) {
    memory.assign(static_cast<size_t>(floats) + 16, NAN);
    return reinterpret_cast<float*>((reinterpret_cast<uintptr_t>(memory.data()) + 63) / 64 * 64);
}

bool differs(Buffer& a, Buffer& b, int64_t count) { return std::memcmp(a.data(), b.data(), sizeof(float) * static_cast<size_t>(count)) != 0; }

void convolution(Worst& worst, bool reversed, limpid::winograd::Tile tile, bool wide) {
    using namespace limpid::winograd;
    Shape s{pick(1, 3), pick(1, 70), pick(1, 40), pick(3, 20), pick(3, pick(0, 1) ? 20 : 120), pick(0, 2)};
    if (pick(0, 2) == 0) { // rows that fill vectors
        s.images = pick(1, 20);
        s.width = int64_t{2} << pick(0, 5);
        s.padding = 1;
    }
    Buffer x(s.images * s.in_channels * s.height * s.width), w(s.in_channels * s.out_channels * 9), bias(s.out_channels);
    const int64_t height = s.out_height(), width = s.out_width(), outputs = s.images * s.out_channels * height * width;
    Buffer addend(outputs), y(outputs, false), filters(limpid::winograd::filter_floats(s, tile), false);
    const bool adds = pick(0, 1) != 0;
    transform_filters(w.data(), s, reversed, filters.data(), tile);
    const auto run = [&](const Plan& plan, Buffer& to) {
        std::vector<float> memory;
        float* workspace = workspace_of(memory, plan.workspace_floats());
        for (int64_t b = 0; b < plan.blocks; ++b) {
            if (!plan.run_block(plan, b, 0, s.filter_panels(), x.data(), filters.data(), bias.data(), adds ? addend.data() : nullptr, to.data(), workspace)) std::abort();
        }
    };
    run(make_plan(s, pick(1, 4), false, tile), y);
    if (wide) {
        Buffer same(outputs, false);
        run(make_plan(s, pick(1, 4), true, tile), same);
        if (differs(y, same, outputs)) std::abort();
    }
    for (int64_t n = 0; n < s.images; ++n) {
        for (int64_t k = 0; k < s.out_channels; k += 7) {
            for (int64_t i = 0; i < height; ++i) {
                for (int64_t j = 0; j < width; ++j) {
                    const int64_t place = ((n * s.out_channels + k) * height + i) * width + j;
                    double sum = bias[k] + (adds ? addend[place] : 0);
                    for (int64_t c = 0; c < s.in_channels; ++c) {
                        for (int64_t t = 0; t < 9; ++t) {
                            const int64_t r = i + t / 3 - s.padding, q = j + t % 3 - s.padding;
                            if (r < 0 || q < 0 || r >= s.height || q >= s.width) continue;
                            const double f = reversed ? w[(c * s.out_channels + k) * 9 + 8 - t] : w[(k * s.in_channels + c) * 9 + t];
                            sum += f * x[((n * s.in_channels + c) * s.height + r) * s.width + q];
                        }
                    }
                    worst.see(y[place], sum);
                }
            }
        }
    }
}

void pointwise(Worst& worst) {
    using namespace limpid::pointwise;
    const Shape s{pick(1, 3), pick(1, 300), pick(1, 90), pick(0, 1) ? 64 * pick(1, 4) : pick(1, 150), limpid::winograd::multiply_avx2};
    Buffer x(s.images * s.in_channels * s.pixels), w(s.in_channels * s.out_channels), bias(s.out_channels), addend(s.images * s.out_channels * s.pixels);
    Buffer y(s.images * s.out_channels * s.pixels, false), filters(limpid::pointwise::filter_floats(s), false);
    pack_filters(w.data(), s, false, filters.data());
    std::vector<float> memory;
    float* workspace = workspace_of(memory, s.workspace_floats());
    for (int64_t n = 0; n < s.images; ++n) {
        for (int64_t b = 0; b < s.blocks(); ++b) run_block(s, n, b, 0, s.panels(), x.data(), filters.data(), bias.data(), addend.data(), y.data(), workspace);
        for (int64_t k = 0; k < s.out_channels; ++k) {
            for (int64_t p = 0; p < s.pixels; ++p) {
                const int64_t place = (n * s.out_channels + k) * s.pixels + p;
                double sum = bias[k] + static_cast<double>(addend[place]);
                for (int64_t c = 0; c < s.in_channels; ++c) sum += static_cast<double>(w[k * s.in_channels + c]) * x[(n * s.in_channels + c) * s.pixels + p];
                worst.see(y[place], sum);
            }
        }
    }
}

// Forward against double precision; backward against differences of the double-precision loss would need many of them, so it only runs.
void attention(Worst& worst, bool wide) {
    using namespace limpid::attention;
    const Shape s{pick(1, 70), pick(1, 130), 0.3f, wide ? avx512 : avx2};
    const int64_t size = s.width * s.length;
    Buffer q(size), k(size), v(size), g(size), out(size, false), moments(2 * s.length, false), for_q(size, false), for_k(size, false), for_v(size, false);
    std::vector<float> memory;
    forward(s, q.data(), k.data(), v.data(), out.data(), moments.data(), workspace_of(memory, forward_floats(s)));
    std::vector<double> grad_v(static_cast<size_t>(size));
    for (int64_t t = 0; t < s.length; ++t) {
        std::vector<double> score(static_cast<size_t>(s.length));
        double total = 0, most = -INFINITY;
        for (int64_t u = 0; u < s.length; ++u) {
            for (int64_t d = 0; d < s.width; ++d) score[u] += static_cast<double>(s.scale) * q[d * s.length + t] * k[d * s.length + u];
            most = std::max(most, score[u]);
        }
        for (double& e : score) total += e = std::exp(e - most);
        for (int64_t d = 0; d < s.width; ++d) {
            double sum = 0;
            for (int64_t u = 0; u < s.length; ++u) {
                sum += score[u] / total * v[d * s.length + u];
                grad_v[d * s.length + u] += score[u] / total * g[d * s.length + t];
            }
            worst.see(out[d * s.length + t], sum);
        }
    }
    backward(s, q.data(), k.data(), v.data(), out.data(), moments.data(), g.data(), for_q.data(), for_k.data(), for_v.data(), workspace_of(memory, backward_floats(s)));
    for (int64_t i = 0; i < size; ++i) worst.see(for_v[i], grad_v[i]);
}

void norms(Worst& worst, bool wide) {
    const int64_t channels = pick(1, 9), pixels = pick(1, 5000), size = channels * pixels;
    Buffer x(size), g(size), y(size, false), dx(size, false), weight(channels), bias(channels), scale(channels), shift(channels), sums(channels, false), centered(channels, false);
    const limpid::norm::Group group{channels, pixels, weight.data(), bias.data(), scale.data(), shift.data()};
    const auto moments = limpid::norm::forward_avx2(group, 1e-5f, x.data(), y.data());
    limpid::norm::backward_avx2(group, moments, x.data(), g.data(), dx.data(), sums.data(), centered.data());
    if (wide) {
        Buffer same_y(size, false), same_dx(size, false), same_sums(channels, false), same_centered(channels, false);
        limpid::norm::backward_avx512(group, limpid::norm::forward_avx512(group, 1e-5f, x.data(), same_y.data()), x.data(), g.data(), same_dx.data(), same_sums.data(), same_centered.data());
        if (differs(y, same_y, size) || differs(dx, same_dx, size) || differs(sums, same_sums, channels) || differs(centered, same_centered, channels)) std::abort();
    }
    double mean = 0, square = 0;
    for (int64_t i = 0; i < size; ++i) mean += x[i];
    mean /= size;
    for (int64_t i = 0; i < size; ++i) square += (x[i] - mean) * (x[i] - mean);
    const double inverse = 1 / std::sqrt(square / size + 1e-5);
    for (int64_t i = 0; i < size; ++i) {
        const int64_t c = i / pixels;
        const double z = ((x[i] - mean) * inverse * weight[c] + bias[c]) * (1 + scale[c]) + shift[c];
        worst.see(y[i], z / (1 + std::exp(-z)));
    }
}

void affine(Worst& worst) {
    const int64_t count = pick(1, 100);
    const limpid::affine::Map map{0.3f, 1.2f, -0.1f, pick(0, 1) != 0};
    Buffer x(count), g(count), y(count, false), dx(count, false);
    limpid::affine::forward(map, count, x.data(), y.data());
    limpid::affine::backward(map, count, x.data(), g.data(), dx.data());
    for (int64_t i = 0; i < count; ++i) {
        const double z = (x[i] - static_cast<double>(map.mean)) * map.gain + map.offset, s = 1 / (1 + std::exp(-z));
        worst.see(y[i], map.silu ? z * s : std::max(z, 0.0));
        worst.see(dx[i], g[i] * static_cast<double>(map.gain) * (map.silu ? s * (1 + z * (1 - s)) : z > 0));
    }
}

}  // namespace

int main(int arguments, char** values) {
    const int rounds = arguments > 1 ? std::atoi(values[1]) : 200;
    using namespace limpid::winograd;
    Worst worst[10] = {{"convolution, precise"}, {"its input gradient"}, {"convolution"}, {"its input gradient"}, {"convolution, fast"}, {"its input gradient"}, {"1x1 convolution"}, {"attention"}, {"group norm and SiLU"}, {"affine map, activation"}};
    const bool wide = limpid::has_avx512(); // then its numbers are compared
    for (int k = 0; k < rounds; ++k) {
        int next = 0;
        for (const Tile tile : {small_tile, tall_tile, large_tile}) {
            convolution(worst[next++], false, tile, wide);
            convolution(worst[next++], true, tile, wide);
        }
        pointwise(worst[next++]);
        attention(worst[next++], wide);
        norms(worst[next++], wide);
        affine(worst[next]);
    }
    bool good = true;
    for (const Worst& w : worst) good = w.print() && good;
    return good ? 0 : 1;
}
