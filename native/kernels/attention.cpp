// limpid::attention: v softmax(scale qᵀk)ᵀ over the columns of q, k and v [N,width,length].
#include "attention.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/library.h>

#include "processor.h"
#include "workspace.h"

using at::Tensor;
using limpid::attention::Shape;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

namespace {

Tensor composed(const Tensor& q, const Tensor& k, const Tensor& v, double scale) {
    const double root = std::sqrt(scale);
    const auto weights = at::softmax(at::bmm((q * root).transpose(1, 2), k * root), 2);
    return at::bmm(v, weights.transpose(1, 2));
}

bool kernel_applies(const Tensor& q, const Tensor& k, const Tensor& v, double scale) {
    if (!limpid::has_avx2() || scale <= 0) return false;
    for (const Tensor* t : {&q, &k, &v}) {
        if (!t->device().is_cpu() || t->scalar_type() != at::kFloat || t->layout() != at::kStrided || t->is_neg() || t->dim() != 3) return false;
    }
    return q.numel() > 0 && q.sizes() == k.sizes() && q.sizes() == v.sizes();
}

// Heads may be apart, as parts of a larger tensor are; each must be contiguous.
Tensor rows(const Tensor& t) {
    return t.stride(2) == 1 && t.stride(1) == t.size(2) ? t : t.contiguous();
}

Shape shape_of(const Tensor& q, double scale) {
    return {q.size(1), q.size(2), static_cast<float>(scale), limpid::has_avx512() ? limpid::attention::avx512 : limpid::attention::avx2};
}

// The result, and each column's moments [N,2,length].
std::pair<Tensor, Tensor> run(const Tensor& q_given, const Tensor& k_given, const Tensor& v_given, double scale) {
    const Tensor q = rows(q_given), k = rows(k_given), v = rows(v_given);
    const Shape shape = shape_of(q, scale);
    Tensor out = at::empty(q.sizes(), q.options()), moments = at::empty({q.size(0), 2, q.size(2)}, q.options());
    const float *from_q = q.data_ptr<float>(), *from_k = k.data_ptr<float>(), *from_v = v.data_ptr<float>();
    float *to = out.data_ptr<float>(), *kept = moments.data_ptr<float>();
    at::parallel_for(0, q.size(0), 1, [&](int64_t begin, int64_t end) {
        float* workspace = limpid::thread_workspace(limpid::attention::forward_floats(shape));
        for (int64_t n = begin; n < end; ++n) {
            limpid::attention::forward(shape, from_q + n * q.stride(0), from_k + n * k.stride(0), from_v + n * v.stride(0), to + n * shape.width * shape.length,
                                       kept + 2 * n * shape.length, workspace);
        }
    });
    return {out, moments};
}

struct Attention : torch::autograd::Function<Attention> {
    static Tensor forward(AutogradContext* context, const Tensor& q, const Tensor& k, const Tensor& v, double scale) {
        at::AutoDispatchBelowADInplaceOrView below;
        auto [out, moments] = run(q, k, v, scale);
        context->save_for_backward({q, k, v, out, moments});
        context->saved_data["scale"] = scale;
        return out;
    }

    static variable_list backward(AutogradContext* context, variable_list gradients) {
        const auto saved = context->get_saved_variables();
        const Tensor &q = saved[0], &k = saved[1], &v = saved[2], &gradient = gradients[0];
        const double scale = context->saved_data["scale"].toDouble();
        if (!gradient.defined()) return {Tensor(), Tensor(), Tensor(), Tensor()};
        // Through libtorch's own operators where the gradient is differentiated again, or where the maps are too large to keep.
        if (at::GradMode::is_enabled() || q.size(2) > limpid::attention::longest_backward) return through_library(context, q, k, v, scale, gradient);

        const Tensor out = saved[3], moments = saved[4], rows_q = rows(q), rows_k = rows(k), rows_v = rows(v), g = gradient.contiguous();
        const Shape shape = shape_of(q, scale);
        Tensor for_q = at::empty(q.sizes(), q.options()), for_k = at::empty(q.sizes(), q.options()), for_v = at::empty(q.sizes(), q.options());
        const float *from_q = rows_q.data_ptr<float>(), *from_k = rows_k.data_ptr<float>(), *from_v = rows_v.data_ptr<float>();
        const float *from_out = out.data_ptr<float>(), *kept = moments.data_ptr<float>(), *from_g = g.data_ptr<float>();
        float *to_q = for_q.data_ptr<float>(), *to_k = for_k.data_ptr<float>(), *to_v = for_v.data_ptr<float>();
        at::parallel_for(0, q.size(0), 1, [&](int64_t begin, int64_t end) {
            float* workspace = limpid::thread_workspace(limpid::attention::backward_floats(shape));
            for (int64_t n = begin; n < end; ++n) {
                const int64_t own = n * shape.width * shape.length;
                limpid::attention::backward(shape, from_q + n * rows_q.stride(0), from_k + n * rows_k.stride(0), from_v + n * rows_v.stride(0), from_out + own,
                                            kept + 2 * n * shape.length, from_g + own, to_q + own, to_k + own, to_v + own, workspace);
            }
        });
        return {for_q, for_k, for_v, Tensor()};
    }

private:
    static variable_list through_library(AutogradContext* context, const Tensor& q, const Tensor& k, const Tensor& v, double scale, const Tensor& gradient) {
        const bool again = at::GradMode::is_enabled();
        at::AutoGradMode record(true);
        const Tensor* given[3] = {&q, &k, &v};
        Tensor inputs[3];
        variable_list sources, results(4);
        for (size_t i = 0; i < 3; ++i) {
            inputs[i] = again || !context->needs_input_grad(i) ? *given[i] : given[i]->detach().requires_grad_();
            if (context->needs_input_grad(i)) sources.push_back(inputs[i]);
        }
        if (sources.empty()) return results;
        const auto found = torch::autograd::grad({composed(inputs[0], inputs[1], inputs[2], scale)}, sources, {gradient}, again, again);
        for (size_t i = 0, next = 0; i < 3; ++i) {
            if (context->needs_input_grad(i)) results[i] = found[next++];
        }
        return results;
    }
};

Tensor attention(const Tensor& q, const Tensor& k, const Tensor& v, double scale) {
    if (!kernel_applies(q, k, v, scale)) return composed(q, k, v, scale);
    const bool recorded = at::GradMode::is_enabled() && (q.requires_grad() || k.requires_grad() || v.requires_grad());
    return recorded ? Attention::apply(q, k, v, scale) : run(q, k, v, scale).first;
}

}  // namespace

TORCH_LIBRARY_FRAGMENT(limpid, m) { m.def("attention(Tensor q, Tensor k, Tensor v, float scale) -> Tensor", &attention); }
