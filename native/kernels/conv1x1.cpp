// limpid::conv1x1: 1x1 convolution of [N,C,L] or [N,C,H,W] as a matrix product, else by libtorch.
#include <ATen/ATen.h>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/library.h>

#include "common.h"
#include "library_convolution.h"
#include "pointwise_product.h"
#include "processor.h"

using at::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;
using limpid::plain_floats, limpid::recorded;
using OptionalTensor = limpid::optional<Tensor>;

namespace {

bool kernel_applies(const Tensor& x, const Tensor& weight, const Tensor& bias, const Tensor& addend) {
    if (!limpid::has_avx2() || !plain_floats(x) || !plain_floats(weight) || (x.dim() != 3 && x.dim() != 4) || weight.dim() != x.dim()) return false;
    if (weight.numel() != weight.size(0) * weight.size(1) || weight.size(1) != x.size(1) || x.numel() == 0 || weight.numel() == 0) return false;
    if (bias.defined() && (!plain_floats(bias) || bias.dim() != 1 || bias.size(0) != weight.size(0))) return false;
    if (addend.defined() && (!plain_floats(addend) || addend.sizes() != at::IntArrayRef(limpid::pointwise_sizes(x, weight.size(0))))) return false;
    return std::min(weight.size(0), weight.size(1)) >= 8;
}

Tensor library(const Tensor& x, const Tensor& weight, const Tensor& bias, const Tensor& addend) {
    const std::vector<int64_t> ones(x.dim() - 2, 1), zeros(x.dim() - 2, 0);
    const Tensor y = limpid::library_convolution(x, weight, bias, ones, zeros, ones, false, zeros, 1);
    return addend.defined() ? y + addend : y;
}

struct Pointwise : torch::autograd::Function<Pointwise> {
    static Tensor forward(AutogradContext* context, const Tensor& x, const Tensor& weight, const OptionalTensor& bias, const OptionalTensor& addend) {
        // Only the weight's gradient needs the input's numbers; a frozen network need not keep them.
        context->save_for_backward({weight.requires_grad() ? x : Tensor(), weight});
        context->saved_data["shape"] = x.sizes().vec();
        context->saved_data["bias"] = bias.has_value() && bias->defined();
        context->saved_data["addend"] = addend.has_value() && addend->defined();
        at::AutoDispatchBelowADInplaceOrView below;
        return limpid::pointwise_product(x, weight, bias.value_or(Tensor()), addend.value_or(Tensor()), false);
    }

    static variable_list backward(AutogradContext* context, variable_list gradients) {
        const auto saved = context->get_saved_variables();
        const Tensor &weight = saved[1], &gradient = gradients[0];
        if (!gradient.defined()) return variable_list(4);
        std::array<bool, 3> wanted{context->needs_input_grad(0), context->needs_input_grad(1),
                                   context->saved_data["bias"].toBool() && context->needs_input_grad(2)};
        const Tensor for_addend = context->saved_data["addend"].toBool() ? gradient : Tensor();
        Tensor for_input;
        // A gradient that is differentiated again is left to the library, whose backward is differentiable.
        if (wanted[0] && !at::GradMode::is_enabled() && plain_floats(gradient)) {
            for_input = limpid::pointwise_product(gradient, weight, {}, {}, true);
            wanted[0] = false;
        }
        if (!wanted[0] && !wanted[1] && !wanted[2]) return {for_input, Tensor(), Tensor(), for_addend};
        const Tensor x = saved[0].defined() ? saved[0] : at::zeros({1}, weight.options()).expand(context->saved_data["shape"].toIntVector());
        const std::vector<int64_t> ones(x.dim() - 2, 1), zeros(x.dim() - 2, 0), bias_sizes{weight.size(0)};
        auto rest = at::convolution_backward(gradient, x, weight, bias_sizes, ones, zeros, ones, false, zeros, 1, wanted);
        return {for_input.defined() ? for_input : std::get<0>(rest), std::get<1>(rest), std::get<2>(rest), for_addend};
    }
};

Tensor conv1x1(const Tensor& x, const Tensor& weight, const OptionalTensor& maybe_bias, const OptionalTensor& maybe_addend) {
    const Tensor bias = maybe_bias.value_or(Tensor()), addend = maybe_addend.value_or(Tensor());
    if (!kernel_applies(x, weight, bias, addend)) return library(x, weight, bias, addend);
    const bool record = at::GradMode::is_enabled() && (recorded(x) || recorded(weight) || recorded(bias) || recorded(addend));
    return record ? Pointwise::apply(x, weight, maybe_bias, maybe_addend) : limpid::pointwise_product(x, weight, bias, addend, false);
}

}  // namespace

TORCH_LIBRARY_FRAGMENT(limpid, m) { m.def("conv1x1(Tensor x, Tensor weight, Tensor? bias=None, Tensor? addend=None) -> Tensor", &conv1x1); }
