/* The C interface of Limpid's door to libtorch.
 *
 * A tensor handle is a TensorImpl* that owns one reference; whoever receives it calls lp_tensor_free once.
 * Functions that return int give 0 for success; functions that return a handle give NULL for failure.
 * After a failure lp_last_error() holds the message (UTF-8, per thread, until the next failure on that thread).
 */
#pragma once
#include <stdint.h>

#if defined(__GNUC__)
#define LP_API __attribute__((visibility("default")))
#else
#define LP_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

enum {
    LP_NONE, LP_TENSOR, LP_INT, LP_DOUBLE, LP_BOOL, LP_STRING, LP_INTS, LP_DOUBLES, LP_TENSORS, LP_OPTIONAL_TENSORS,
    LP_DEVICE, LP_DEFAULT, LP_BOOLS
};

/* One argument or result: 16 bytes. Lists: n elements at p. Device: type in n, index in i. */
typedef struct {
    int32_t tag;
    int32_t n;
    union { int64_t i; double d; const void* p; } v;
} lp_arg;

typedef struct lp_op lp_op;
typedef struct lp_module lp_module;

/* settings.cpp */
LP_API void lp_init(void);
LP_API const char* lp_last_error(void);
LP_API void lp_set_error(const char* message);
LP_API const char* lp_torch_version(void);
LP_API const char* lp_torch_path(void);
LP_API void lp_set_threads(int threads);
LP_API int lp_get_threads(void);
LP_API int64_t lp_live_handles(void);

/* operators.cpp */
LP_API lp_op* lp_op_find(const char* name, const char* overload);
LP_API const char* lp_op_schema(const lp_op* op);
LP_API void* lp_call1(const lp_op* op, const lp_arg* args, int count);
LP_API int lp_call(const lp_op* op, const lp_arg* args, int count, lp_arg* results, int capacity, int* produced);

/* tensors.cpp */
LP_API void lp_tensor_free(void* tensor);
LP_API void* lp_tensor_alias(void* tensor);
LP_API void* lp_tensor_from_data(const void* data, const int64_t* sizes, int rank, int dtype);
LP_API int lp_tensor_copy_out(void* tensor, void* destination, int64_t bytes);
LP_API int lp_tensor_copy_in(void* tensor, const void* source, int64_t bytes);
LP_API int lp_rank(void* tensor);
LP_API int lp_sizes(void* tensor, int64_t* sizes);
LP_API int lp_strides(void* tensor, int64_t* strides);
LP_API int64_t lp_count(void* tensor);
LP_API int lp_dtype(void* tensor);
LP_API void lp_device(void* tensor, int* type, int* index);

/* autograd.cpp */
LP_API int lp_set_requires_grad(void* tensor, int requires_grad);
LP_API int lp_requires_grad(void* tensor);
LP_API int lp_set_grad_mode(int enabled);
LP_API int lp_get_grad_mode(void);
LP_API int lp_grad(void* const* outputs, int output_count, void* const* inputs, int input_count, void* const* output_gradients,
                   int retain_graph, int create_graph, int allow_unused, void** results);
typedef int (*lp_backward_callback)(void* context, void** output_gradients, int count, void** input_gradients, int input_count);
typedef void (*lp_release_callback)(void* context);
LP_API int lp_custom_node(void* const* inputs, int input_count, void* const* outputs, int output_count,
                          lp_backward_callback backward, lp_release_callback release, void* context, void** results);

/* script.cpp */
LP_API lp_module* lp_script_load(const char* path);
LP_API void* lp_script_forward(lp_module* module, void* input);
LP_API int lp_script_to(lp_module* module, int device_type, int device_index);
LP_API void lp_script_free(lp_module* module);

#ifdef __cplusplus
}
#endif
