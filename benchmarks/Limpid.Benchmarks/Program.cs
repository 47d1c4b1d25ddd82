using System.Diagnostics;
using System.Text.Json;
using Limpid.Benchmarks;
using Limpid.Torch;

// One kind of work, one JSON line: the counterpart of benchmarks/torch/measure.py. compare.py alternates the two.
var options = Options.Parse(args);
Engine.Threads = options.Threads > 0 ? options.Threads : ThreadCalibration.Choose();
object result = options.Work switch
{
    "overhead" => OperatorOverhead.Measure(),
    "forward" or "gradient" => NetworkTiming.Measure(options),
    "calibrate" => new { found = ThreadCalibration.Describe() },
    "convolutions" => ConvolutionTiming.Measure(options),
    "purify" => PurificationTiming.Measure(options),
    "weights" => NetworkTiming.WriteWeights(options),
    "kernels" => NetworkTiming.CompareKernels(options),
    "outputs" => KernelOutputs.Write(options),
    "pullback" => PullbackMemory.Measure(options),
    _ => throw new ArgumentException($"unknown work '{options.Work}': overhead, calibrate, convolutions, forward, gradient, purify, kernels, outputs, weights or pullback"),
};
Console.WriteLine(JsonSerializer.Serialize(result));
