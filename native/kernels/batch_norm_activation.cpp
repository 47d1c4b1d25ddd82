// limpid::batch_norm_activation: ReLU or SiLU of batch normalization with given statistics, with the gradient of the input.
#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/library.h>

#include "affine_activation.h"
#include "common.h"
#include "processor.h"

using at::Tensor;
using limpid::plain_floats;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

namespace {

struct Inputs {
    Tensor x, weight, bias, mean, variance;
    double epsilon;
    bool silu;
};

Tensor composed(const Inputs& in) {
    const Tensor y = at::batch_norm(in.x, in.weight, in.bias, in.mean, in.variance, false, 0, in.epsilon, false);
    return in.silu ? at::silu(y) : at::relu(y);
}

// Gradients of weight and bias are the library's.
bool kernel_applies(const Inputs& in) {
    if (!limpid::has_avx2() || !plain_floats(in.x) || in.x.dim() < 2 || in.x.numel() == 0) return false;
    for (const Tensor* t : {&in.weight, &in.bias, &in.mean, &in.variance}) {
        if (!plain_floats(*t) || t->dim() != 1 || t->size(0) != in.x.size(1) || (at::GradMode::is_enabled() && t->requires_grad())) return false;
    }
    return true;
}

// Calls work(map of the channel, place of its numbers, their count) for each channel of each sample, on all threads.
template <class Work>
void for_channels(const Inputs& in, Work&& work) {
    const int64_t channels = in.x.size(1), pixels = in.x.numel() / (in.x.size(0) * channels);
    const Tensor weight = in.weight.contiguous(), bias = in.bias.contiguous(), mean = in.mean.contiguous(), variance = in.variance.contiguous();
    const float *w = weight.data_ptr<float>(), *b = bias.data_ptr<float>(), *m = mean.data_ptr<float>(), *v = variance.data_ptr<float>();
    at::parallel_for(0, in.x.size(0) * channels, std::max<int64_t>(1, 16384 / pixels), [&](int64_t begin, int64_t end) {
        for (int64_t row = begin; row < end; ++row) {
            const int64_t c = row % channels;
            const float gain = static_cast<float>(w[c] / std::sqrt(v[c] + in.epsilon));
            work(limpid::affine::Map{m[c], gain, b[c], in.silu}, row * pixels, pixels);
        }
    });
}

Tensor run(const Inputs& in) {
    const Tensor x = in.x.contiguous();
    Tensor y = at::empty_like(x);
    const float* from = x.data_ptr<float>();
    float* to = y.data_ptr<float>();
    for_channels(in, [&](const limpid::affine::Map& map, int64_t place, int64_t count) { limpid::affine::forward(map, count, from + place, to + place); });
    return y;
}

struct BatchNormActivation : torch::autograd::Function<BatchNormActivation> {
    static Tensor forward(AutogradContext* context, const Tensor& x, const Tensor& weight, const Tensor& bias, const Tensor& mean, const Tensor& variance,
                          double epsilon, bool silu) {
        at::AutoDispatchBelowADInplaceOrView below;
        context->save_for_backward({x, weight, bias, mean, variance});
        context->saved_data["epsilon"] = epsilon;
        context->saved_data["silu"] = silu;
        return run({x, weight, bias, mean, variance, epsilon, silu});
    }

    static variable_list backward(AutogradContext* context, variable_list gradients) {
        const auto saved = context->get_saved_variables();
        const Inputs in{saved[0], saved[1], saved[2], saved[3], saved[4], context->saved_data["epsilon"].toDouble(), context->saved_data["silu"].toBool()};
        variable_list results(7);
        if (!gradients[0].defined()) return results;
        // Through libtorch's own operators where the gradient is differentiated again.
        if (at::GradMode::is_enabled()) {
            results[0] = torch::autograd::grad({composed(in)}, {in.x}, {gradients[0]}, true, true)[0];
            return results;
        }
        const Tensor x = in.x.contiguous(), gradient = gradients[0].contiguous();
        Tensor for_x = at::empty_like(x);
        const float *from = x.data_ptr<float>(), *g = gradient.data_ptr<float>();
        float* to = for_x.data_ptr<float>();
        for_channels(in, [&](const limpid::affine::Map& map, int64_t place, int64_t count) {
            limpid::affine::backward(map, count, from + place, g + place, to + place);
        });
        results[0] = for_x;
        return results;
    }
};

Tensor batch_norm_activation(const Tensor& x, const Tensor& weight, const Tensor& bias, const Tensor& mean, const Tensor& variance, double epsilon, bool silu) {
    const Inputs in{x, weight, bias, mean, variance, epsilon, silu};
    if (!kernel_applies(in)) return composed(in);
    return at::GradMode::is_enabled() && x.requires_grad() ? BatchNormActivation::apply(x, weight, bias, mean, variance, epsilon, silu) : run(in);
}

}  // namespace

TORCH_LIBRARY_FRAGMENT(limpid, m) {
    m.def("batch_norm_activation(Tensor x, Tensor weight, Tensor bias, Tensor mean, Tensor variance, float epsilon, bool silu) -> Tensor", &batch_norm_activation);
}
