// Gradients with respect to chosen tensors, and nodes whose backward is a function of the caller.
#include <ATen/ATen.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/function.h>
#include <torch/csrc/autograd/functions/utils.h>
#include <torch/csrc/autograd/variable.h>

#include "common.h"

using limpid::borrow;
using limpid::guarded;
using torch::autograd::variable_list;

namespace {

variable_list borrow_all(void* const* handles, int count) {
    variable_list tensors;
    tensors.reserve(count);
    for (int i = 0; i < count; ++i) tensors.push_back(handles[i] == nullptr ? at::Tensor() : borrow(handles[i]));
    return tensors;
}

struct CallbackNode final : torch::autograd::Node {
    lp_backward_callback backward = nullptr;
    lp_release_callback let_go = nullptr;
    void* context = nullptr;
    int input_count = 0;

    variable_list apply(variable_list&& gradients) override {
        std::vector<void*> incoming;
        for (auto& gradient : gradients) incoming.push_back(limpid::release(gradient));
        std::vector<void*> outgoing(input_count, nullptr);
        // The callee owns the incoming handles; the outgoing ones are ours.
        if (backward(context, incoming.data(), static_cast<int>(incoming.size()), outgoing.data(), input_count) != 0) {
            throw std::runtime_error(lp_last_error());
        }
        variable_list results;
        for (void* handle : outgoing) {
            results.push_back(handle == nullptr ? at::Tensor() : borrow(handle));
            if (handle != nullptr) lp_tensor_free(handle);
        }
        return results;
    }

    std::string name() const override { return "LimpidCallback"; }

    ~CallbackNode() override { let_go(context); }
};

}  // namespace

extern "C" {

int lp_set_requires_grad(void* tensor, int requires_grad) {
    return guarded(1, [&] {
        borrow(tensor).set_requires_grad(requires_grad != 0);
        return 0;
    });
}

int lp_requires_grad(void* tensor) { return borrow(tensor).requires_grad() ? 1 : 0; }

int lp_set_grad_mode(int enabled) {
    const int previous = at::GradMode::is_enabled() ? 1 : 0;
    at::GradMode::set_enabled(enabled != 0);
    return previous;
}

int lp_get_grad_mode(void) { return at::GradMode::is_enabled() ? 1 : 0; }

int lp_grad(void* const* outputs, int output_count, void* const* inputs, int input_count, void* const* output_gradients,
            int retain_graph, int create_graph, int allow_unused, void** results) {
    return guarded(1, [&] {
        variable_list seeds;
        if (output_gradients != nullptr) seeds = borrow_all(output_gradients, output_count);
        auto gradients = torch::autograd::grad(borrow_all(outputs, output_count), borrow_all(inputs, input_count), seeds,
                                               retain_graph != 0, create_graph != 0, allow_unused != 0);
        for (int i = 0; i < input_count; ++i) results[i] = limpid::release(std::move(gradients[i]));
        return 0;
    });
}

int lp_custom_node(void* const* inputs, int input_count, void* const* outputs, int output_count, lp_backward_callback backward,
                   lp_release_callback let_go, void* context, void** results) {
    return guarded(1, [&] {
        std::shared_ptr<CallbackNode> node(new CallbackNode(), torch::autograd::deleteNode);
        node->backward = backward;
        node->let_go = let_go;
        node->context = context;
        node->input_count = input_count;
        auto sources = borrow_all(inputs, input_count);
        node->set_next_edges(torch::autograd::collect_next_edges(sources));
        for (int i = 0; i < output_count; ++i) {
            auto output = borrow(outputs[i]).detach();
            torch::autograd::set_history(output, node);
            results[i] = limpid::release(std::move(output));
        }
        return 0;
    });
}

}  // extern "C"
