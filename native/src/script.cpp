// TorchScript modules: loaded frozen in evaluation mode, differentiable with respect to their input.
#include <torch/csrc/jit/serialization/import.h>
#include <torch/script.h>

#include "common.h"

using limpid::borrow;
using limpid::guarded;

struct lp_module {
    torch::jit::Module module;
};

extern "C" {

lp_module* lp_script_load(const char* path) {
    return guarded<lp_module*>(nullptr, [&] {
        auto module = torch::jit::load(path, c10::Device(c10::kCPU));
        module.eval();
        for (auto parameter : module.parameters()) parameter.set_requires_grad(false);
        return new lp_module{std::move(module)};
    });
}

void* lp_script_forward(lp_module* module, void* input) {
    return guarded<void*>(nullptr, [&] {
        auto output = module->module.forward({borrow(input)});
        TORCH_CHECK(output.isTensor(), "the TorchScript module must return one tensor");
        return limpid::release(output.toTensor());
    });
}

int lp_script_to(lp_module* module, int device_type, int device_index) {
    return guarded(1, [&] {
        module->module.to(c10::Device(static_cast<c10::DeviceType>(device_type), static_cast<c10::DeviceIndex>(device_index)));
        return 0;
    });
}

void lp_script_free(lp_module* module) { delete module; }

}  // extern "C"
