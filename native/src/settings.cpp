// Errors, threads and what the process asks of libtorch once, at the start.
#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <c10/util/Logging.h>
#include <dlfcn.h>
#include <malloc.h>
#include <torch/version.h>

#include "common.h"

namespace limpid {
std::atomic<int64_t> live_handles{0};
static thread_local std::string last_error;
void set_error(std::string message) { last_error = std::move(message); }
}  // namespace limpid

extern "C" {

void lp_init(void) {
    // Without this every exception walks the stack for 2.6 ms.
#if TORCH_VERSION_MAJOR < 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR < 4)
    c10::SetStackTraceFetcher([] { return std::string(); });
#else
    c10::SetStackTraceFetcher(std::function<c10::Backtrace()>([] { return c10::Backtrace(); }));
#endif
    // Activations of a few ten MB are reused from the heap instead of being mapped and faulted in anew each time.
    mallopt(M_MMAP_THRESHOLD, 256 << 20);
    mallopt(M_TRIM_THRESHOLD, 512 << 20);
    // Figures must not depend on reduced precision or on which algorithm a race picked.
    auto& context = at::globalContext();
    context.setAllowTF32CuBLAS(false);
    context.setAllowTF32CuDNN(false);
    context.setBenchmarkCuDNN(false);
    context.setDeterministicCuDNN(true);
}

const char* lp_last_error(void) { return limpid::last_error.c_str(); }
void lp_set_error(const char* message) { limpid::set_error(message); }
const char* lp_torch_version(void) { return TORCH_VERSION; }

const char* lp_torch_path(void) {
    static thread_local std::string path;
    Dl_info info;
    path = dladdr(reinterpret_cast<void*>(&at::globalContext), &info) != 0 && info.dli_fname != nullptr ? info.dli_fname : "";
    return path.c_str();
}

void lp_set_threads(int threads) { at::set_num_threads(threads); }
int lp_get_threads(void) { return at::get_num_threads(); }
int64_t lp_live_handles(void) { return limpid::live_handles.load(std::memory_order_relaxed); }

}  // extern "C"
