// limpid::linear: x times the transposed weight [out,in] over the last dimension, each row the same whatever the others are; else by libtorch.
#include <ATen/ATen.h>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/library.h>

#include "common.h"
#include "pointwise_product.h"
#include "processor.h"

using at::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;
using limpid::plain_floats, limpid::recorded;
using OptionalTensor = limpid::optional<Tensor>;

namespace {

bool kernel_applies(const Tensor& x, const Tensor& weight, const Tensor& bias) {
    if (!limpid::has_avx2() || !plain_floats(x) || !plain_floats(weight) || x.dim() < 1 || weight.dim() != 2) return false;
    if (weight.size(1) != x.size(-1) || x.numel() == 0 || weight.numel() == 0) return false;
    return !bias.defined() || (plain_floats(bias) && bias.dim() == 1 && bias.size(0) == weight.size(0));
}

Tensor rows_of(const Tensor& x) { return x.reshape({-1, x.size(-1)}); }

// Rows are the pixels of one image.
Tensor product(const Tensor& x, const Tensor& weight, const Tensor& bias, bool reversed) {
    auto sizes = x.sizes().vec();
    sizes.back() = weight.size(reversed ? 1 : 0);
    return limpid::pointwise_product(rows_of(x).t().unsqueeze(0), weight, bias, {}, reversed).squeeze(0).t().contiguous().view(sizes);
}

struct Linear : torch::autograd::Function<Linear> {
    static Tensor forward(AutogradContext* context, const Tensor& x, const Tensor& weight, const OptionalTensor& bias) {
        // Only the weight's gradient needs the input's numbers; a frozen network need not keep them.
        context->save_for_backward({weight.requires_grad() ? x : Tensor(), weight});
        context->saved_data["bias"] = bias.has_value() && bias->defined();
        at::AutoDispatchBelowADInplaceOrView below;
        return product(x, weight, bias.value_or(Tensor()), false);
    }

    static variable_list backward(AutogradContext* context, variable_list gradients) {
        const auto saved = context->get_saved_variables();
        const Tensor &x = saved[0], &weight = saved[1], &gradient = gradients[0];
        if (!gradient.defined()) return variable_list(3);
        variable_list results(3);
        if (context->needs_input_grad(0)) {
            // A gradient that is differentiated again is left to the library, whose backward is differentiable.
            const bool kernel = !at::GradMode::is_enabled() && plain_floats(gradient);
            results[0] = kernel ? product(gradient, weight, {}, true) : at::matmul(gradient, weight);
        }
        if (context->needs_input_grad(1)) results[1] = rows_of(gradient).t().mm(rows_of(x));
        if (context->saved_data["bias"].toBool() && context->needs_input_grad(2)) results[2] = rows_of(gradient).sum(0);
        return results;
    }
};

Tensor linear(const Tensor& x, const Tensor& weight, const OptionalTensor& maybe_bias) {
    const Tensor bias = maybe_bias.value_or(Tensor());
    if (!kernel_applies(x, weight, bias)) return at::linear(x, weight, bias);
    const bool record = at::GradMode::is_enabled() && (recorded(x) || recorded(weight) || recorded(bias));
    return record ? Linear::apply(x, weight, maybe_bias) : product(x, weight, bias, false);
}

}  // namespace

TORCH_LIBRARY_FRAGMENT(limpid, m) { m.def("linear(Tensor x, Tensor weight, Tensor? bias=None) -> Tensor", &linear); }
