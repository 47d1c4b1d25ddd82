// limpid::group_norm_silu: SiLU(norm(x)), or SiLU(norm(x) * (1 + scale) + shift), with all gradients.
#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/library.h>

#include "common.h"
#include "group_norm.h"
#include "processor.h"

using at::Tensor;
using limpid::norm::Group;
using limpid::norm::Moments;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;
using limpid::plain_floats;
using OptionalTensor = limpid::optional<Tensor>;

namespace {

// Undefined tensors stand for absent ones.
struct Inputs {
    Tensor x, weight, bias, scale, shift;
    int64_t groups;
    double epsilon;

    int64_t images() const { return x.size(0); }
    int64_t channels() const { return x.size(1); }
    int64_t pixels() const { return x.numel() / (images() * channels()); }
};

Tensor composed(const Inputs& in) {
    auto y = at::group_norm(in.x, in.groups, in.weight, in.bias, in.epsilon);
    if (in.scale.defined()) y = y * (in.scale + 1);
    if (in.shift.defined()) y = y + in.shift;
    return at::silu(y);
}

// [N,C], followed by ones only.
bool per_channel(const Tensor& t, const Inputs& in) {
    return plain_floats(t) && t.dim() == in.x.dim() && t.size(0) == in.images() && t.size(1) == in.channels() && t.numel() == in.images() * in.channels();
}

bool kernel_applies(const Inputs& in) {
    if (!limpid::has_avx2() || !plain_floats(in.x) || in.x.dim() < 3 || in.x.numel() == 0 || in.groups < 1 || in.channels() % in.groups != 0) return false;
    for (const Tensor* t : {&in.weight, &in.bias}) {
        if (!plain_floats(*t) || t->dim() != 1 || t->size(0) != in.channels()) return false;
    }
    return (!in.scale.defined() || per_channel(in.scale, in)) && (!in.shift.defined() || per_channel(in.shift, in));
}

// Calls work(group, place of the group's numbers, of its channels and of itself) for each group of each sample, on all threads.
template <class Work>
void for_groups(const Inputs& in, Work&& work) {
    const int64_t channels = in.channels() / in.groups, pixels = in.pixels();
    const auto rows = [](const Tensor& t) { return t.defined() ? t.contiguous() : t; };
    const Tensor weight = rows(in.weight), bias = rows(in.bias), scale = rows(in.scale), shift = rows(in.shift);
    const float *w = weight.data_ptr<float>(), *b = bias.data_ptr<float>();
    const float* s = scale.defined() ? scale.data_ptr<float>() : nullptr;
    const float* t = shift.defined() ? shift.data_ptr<float>() : nullptr;
    const int64_t grain = std::max<int64_t>(1, 16384 / (channels * pixels));
    at::parallel_for(0, in.images() * in.groups, grain, [&](int64_t begin, int64_t end) {
        for (int64_t g = begin; g < end; ++g) {
            const int64_t shared = g % in.groups * channels, own = g * channels;
            const Group group{channels, pixels, w + shared, b + shared, s == nullptr ? s : s + own, t == nullptr ? t : t + own};
            work(group, own * pixels, own, g);
        }
    });
}

// The output, and the moments [N,groups,3].
std::pair<Tensor, Tensor> run(const Inputs& in) {
    const Tensor x = in.x.contiguous();
    Tensor y = at::empty_like(x), moments = at::empty({in.images(), in.groups, 3}, x.options());
    const float* from = x.data_ptr<float>();
    float *to = y.data_ptr<float>(), *kept = moments.data_ptr<float>();
    const auto forward = limpid::has_avx512() ? limpid::norm::forward_avx512 : limpid::norm::forward_avx2;
    for_groups(in, [&](const Group& group, int64_t numbers, int64_t, int64_t index) {
        const Moments m = forward(group, static_cast<float>(in.epsilon), from + numbers, to + numbers);
        kept[3 * index] = m.mean;
        kept[3 * index + 1] = m.inverse_deviation;
        kept[3 * index + 2] = m.mean_rest;
    });
    return {y, moments};
}

struct GroupNormSilu : torch::autograd::Function<GroupNormSilu> {
    static Tensor forward(AutogradContext* context, const Tensor& x, const Tensor& weight, const Tensor& bias, const OptionalTensor& scale,
                          const OptionalTensor& shift, int64_t groups, double epsilon) {
        const Inputs in{x, weight, bias, scale.value_or(Tensor()), shift.value_or(Tensor()), groups, epsilon};
        at::AutoDispatchBelowADInplaceOrView below;
        auto [y, moments] = run(in);
        context->save_for_backward({x, weight, bias, in.scale, in.shift, moments});
        context->saved_data["groups"] = groups;
        context->saved_data["epsilon"] = epsilon;
        return y;
    }

    static variable_list backward(AutogradContext* context, variable_list gradients) {
        const auto saved = context->get_saved_variables();
        const Inputs in{saved[0], saved[1], saved[2], saved[3], saved[4], context->saved_data["groups"].toInt(), context->saved_data["epsilon"].toDouble()};
        variable_list results(7);
        if (!gradients[0].defined()) return results;
        // Which of the five tensors are wanted; absent ones have no edge.
        std::array<bool, 5> wanted{};
        size_t edge = 0;
        for (size_t i = 0; i < 5; ++i) wanted[i] = saved[i].defined() && context->needs_input_grad(edge++);
        if (at::GradMode::is_enabled()) {
            differentiable(in, gradients[0], wanted, results);
        } else {
            plain_gradients(in, saved[5], gradients[0].contiguous(), wanted, results);
        }
        return results;
    }

private:
    static void plain_gradients(const Inputs& in, const Tensor& moments, const Tensor& gradient, const std::array<bool, 5>& wanted, variable_list& results) {
        const Tensor x = in.x.contiguous();
        Tensor for_x = at::empty_like(x), sums = at::empty({in.images(), in.channels()}, x.options()), centered = at::empty_like(sums);
        const float *from = x.data_ptr<float>(), *g = gradient.data_ptr<float>(), *kept = moments.data_ptr<float>();
        float *to = for_x.data_ptr<float>(), *s = sums.data_ptr<float>(), *c = centered.data_ptr<float>();
        const auto backward = limpid::has_avx512() ? limpid::norm::backward_avx512 : limpid::norm::backward_avx2;
        for_groups(in, [&](const Group& group, int64_t numbers, int64_t channels, int64_t index) {
            backward(group, {kept[3 * index], kept[3 * index + 1], kept[3 * index + 2]}, from + numbers, g + numbers, to + numbers, s + channels, c + channels);
        });
        results[0] = for_x;
        if (!wanted[1] && !wanted[2] && !wanted[3] && !wanted[4]) return;

        // Sums of g times the normalized input, and of g, per sample and channel.
        const Tensor by_group = centered.view({in.images(), in.groups, -1}) * moments.select(2, 1).unsqueeze(2);
        const Tensor normalized = by_group.view({in.images(), in.channels()});
        const Tensor factor = in.scale.defined() ? in.scale.detach().reshape({in.images(), in.channels()}) + 1 : at::ones({1, 1}, x.options());
        if (wanted[1]) results[1] = (normalized * factor).sum(0);
        if (wanted[2]) results[2] = (sums * factor).sum(0);
        if (wanted[3]) results[3] = (normalized * in.weight.detach() + sums * in.bias.detach()).view(in.scale.sizes());
        if (wanted[4]) results[4] = sums.view(in.shift.sizes());
    }

    // Through libtorch's own operators, whose gradients can be differentiated again.
    static void differentiable(const Inputs& in, const Tensor& gradient, const std::array<bool, 5>& wanted, variable_list& results) {
        const Tensor* tensors[5] = {&in.x, &in.weight, &in.bias, &in.scale, &in.shift};
        variable_list sources;
        for (size_t i = 0; i < 5; ++i) {
            if (wanted[i]) sources.push_back(*tensors[i]);
        }
        if (sources.empty()) return;
        const auto found = torch::autograd::grad({composed(in)}, sources, {gradient}, true, true);
        for (size_t i = 0, k = 0; i < 5; ++i) {
            if (wanted[i]) results[i] = found[k++];
        }
    }
};

Tensor group_norm_silu(const Tensor& x, int64_t groups, const Tensor& weight, const Tensor& bias, double epsilon, const OptionalTensor& scale,
                       const OptionalTensor& shift) {
    const Inputs in{x, weight, bias, scale.value_or(Tensor()), shift.value_or(Tensor()), groups, epsilon};
    if (!kernel_applies(in)) return composed(in);
    bool recorded = false;
    for (const Tensor* t : {&in.x, &in.weight, &in.bias, &in.scale, &in.shift}) recorded = recorded || (t->defined() && t->requires_grad());
    return recorded && at::GradMode::is_enabled() ? GroupNormSilu::apply(x, weight, bias, scale, shift, groups, epsilon) : run(in).first;
}

}  // namespace

TORCH_LIBRARY_FRAGMENT(limpid, m) {
    m.def("group_norm_silu(Tensor x, int groups, Tensor weight, Tensor bias, float epsilon, Tensor? scale=None, Tensor? shift=None) -> Tensor", &group_norm_silu);
}
