// Shared by the translation units of the shim: handles, and exceptions turned into messages.
#pragma once
#include <ATen/core/Tensor.h>
#include <c10/util/Exception.h>
#include <torch/version.h>

#if TORCH_VERSION_MAJOR >= 2
#include <optional>
#else
#include <c10/util/Optional.h>
#endif

#include <atomic>
#include <string>

#include "limpid_torch.h"

namespace limpid {

#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 2)
template <class T>
using optional = std::optional<T>;
#else
template <class T>
using optional = c10::optional<T>;
#endif

extern std::atomic<int64_t> live_handles;
void set_error(std::string message);

inline at::Tensor borrow(void* handle) {
    return at::Tensor(c10::intrusive_ptr<at::TensorImpl, at::UndefinedTensorImpl>::reclaim_copy(static_cast<at::TensorImpl*>(handle)));
}

inline void* release(at::Tensor tensor) {
    if (!tensor.defined()) {
        return nullptr;
    }
    live_handles.fetch_add(1, std::memory_order_relaxed);
    return tensor.unsafeReleaseTensorImpl();
}

// What the kernels compute with: float32 numbers in this process's memory, whatever their strides.
inline bool plain_floats(const at::Tensor& t) {
    return t.device().is_cpu() && t.scalar_type() == at::kFloat && t.layout() == at::kStrided && !t.is_neg();
}

// Whether a result's gradient reaches this tensor.
inline bool recorded(const at::Tensor& t) { return t.defined() && t.requires_grad(); }

// Runs the body; any exception becomes the thread's error message and the given failure value.
template <class Result, class Body>
Result guarded(Result failure, Body&& body) noexcept {
    try {
        return body();
    } catch (const c10::Error& e) {
        set_error(e.what_without_backtrace());
    } catch (const std::exception& e) {
        set_error(e.what());
    } catch (...) {
        set_error("unknown native error");
    }
    return failure;
}

}  // namespace limpid
