// Life, shape and data of tensor handles.
#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <cstring>

#include "common.h"

using limpid::borrow;
using limpid::guarded;

extern "C" {

void lp_tensor_free(void* tensor) {
    limpid::live_handles.fetch_sub(1, std::memory_order_relaxed);
    c10::raw::intrusive_ptr::decref(static_cast<at::TensorImpl*>(tensor));
}

void* lp_tensor_alias(void* tensor) { return limpid::release(borrow(tensor)); }

void* lp_tensor_from_data(const void* data, const int64_t* sizes, int rank, int dtype) {
    return guarded<void*>(nullptr, [&] {
        auto tensor = at::empty(c10::IntArrayRef(sizes, rank), at::TensorOptions().dtype(static_cast<at::ScalarType>(dtype)));
        if (tensor.nbytes() > 0) std::memcpy(tensor.data_ptr(), data, tensor.nbytes());
        return limpid::release(std::move(tensor));
    });
}

int lp_tensor_copy_out(void* handle, void* destination, int64_t bytes) {
    return guarded(1, [&] {
        auto tensor = borrow(handle).detach().cpu().contiguous();
        TORCH_CHECK(static_cast<int64_t>(tensor.nbytes()) == bytes, "the tensor holds ", tensor.nbytes(), " bytes, the buffer ", bytes);
        if (bytes > 0) std::memcpy(destination, tensor.data_ptr(), bytes);
        return 0;
    });
}

int lp_tensor_copy_in(void* handle, const void* source, int64_t bytes) {
    return guarded(1, [&] {
        auto target = borrow(handle);
        TORCH_CHECK(static_cast<int64_t>(target.nbytes()) == bytes, "the tensor holds ", target.nbytes(), " bytes, the buffer ", bytes);
        auto staged = at::empty(target.sizes(), at::TensorOptions().dtype(target.scalar_type()));
        if (bytes > 0) std::memcpy(staged.data_ptr(), source, bytes);
        c10::NoGradGuard no_grad;
        target.copy_(staged);
        return 0;
    });
}

int lp_rank(void* tensor) { return static_cast<int>(static_cast<at::TensorImpl*>(tensor)->dim()); }

int lp_sizes(void* tensor, int64_t* sizes) {
    auto view = static_cast<at::TensorImpl*>(tensor)->sizes();
    std::copy(view.begin(), view.end(), sizes);
    return static_cast<int>(view.size());
}

int lp_strides(void* tensor, int64_t* strides) {
    auto view = static_cast<at::TensorImpl*>(tensor)->strides();
    std::copy(view.begin(), view.end(), strides);
    return static_cast<int>(view.size());
}

int64_t lp_count(void* tensor) { return static_cast<at::TensorImpl*>(tensor)->numel(); }
int lp_dtype(void* tensor) { return static_cast<int>(borrow(tensor).scalar_type()); }

void lp_device(void* tensor, int* type, int* index) {
    auto device = static_cast<at::TensorImpl*>(tensor)->device();
    *type = static_cast<int>(device.type());
    *index = device.index();
}

}  // extern "C"
