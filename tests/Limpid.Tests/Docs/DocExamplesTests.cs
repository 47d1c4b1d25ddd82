using Limpid.Attacks;
using Limpid.Classifiers;
using Limpid.Data;
using Limpid.Defenses;
using Limpid.Detection;
using Limpid.Diffusion;
using Limpid.Diffusion.Networks;
using Limpid.Evaluation;
using Limpid.Purification;
using Limpid.Purification.Heterogeneous;
using Limpid.Purification.Networks;
using Limpid.Purification.ReverseAdversarial;
using Limpid.Recipes;
using Limpid.Torch;
using Limpid.Torch.Layers;
using Limpid.Torch.Noise;
using Limpid.Torch.Weights;
using Limpid.Training;

namespace Limpid.Tests.Docs;

/// <summary>The examples of the pages in docs/, compiled and run on tiny networks; <see cref="DocPagesTests"/> finds each of them here word for word.</summary>
public sealed class DocExamplesTests
{
    [Fact]
    public void Engine_a_scope_frees_what_was_made_in_it()
    {
        long before = LiveHandles.Settled();
        float[] expected = [2, 4, 6];
        using (TensorScope.Begin())
        {
            float[] gradient = GradientOfTheSumOfSquares();
            gradient.ShouldBe(expected);
        }
        Engine.LiveTensors.ShouldBe(before);
    }

    private static float[] GradientOfTheSumOfSquares()
    {
        using var scope = TensorScope.Begin();             // frees every tensor made below
        var x = Tensor.From([1f, 2, 3], 3).AsVariable();   // a leaf whose gradient can be asked for
        var loss = (x * x).Sum();
        float[] gradient = Gradient.Of(loss, x).ToFloats();   // 2, 4, 6

        return gradient;
    }

    [Fact]
    public void Engine_a_function_returns_a_tensor_by_its_scope()
    {
        using var outer = TensorScope.Begin();
        var images = Tensor.From([1f, 3, 5, 7], 1, 1, 2, 2);
        Centered(images).ToFloats().ShouldBe([-3f, -1, 1, 3]);
    }

    private static Tensor Centered(Tensor images)   // [N,C,H,W]
    {
        using var scope = TensorScope.Begin();
        var mean = images.Mean([2, 3], keepDimensions: true);   // [N,C,1,1], freed at the end
        return scope.Return(images - mean);                     // handed to the caller's scope
    }

    [Fact]
    public void Noise_is_a_function_of_its_key()
    {
        using var scope = TensorScope.Begin();
        var batch = new KeyedNoise(seed: 1, [new SampleKey(17), new SampleKey(42)]);
        var alone = new KeyedNoise(seed: 1, [new SampleKey(42)]);

        float[] inBatch = batch.Normal(NoisePurpose.Reverse, step: 99, [3, 32, 32]).Select(0, 1).ToFloats();
        float[] byItself = alone.Normal(NoisePurpose.Reverse, step: 99, [3, 32, 32]).Select(0, 0).ToFloats();
        bool equal = inBatch.SequenceEqual(byItself);            // true: image 42 has its own numbers

        INoise secondDraw = batch.Branch(NoisePurpose.Draw, 1);  // other numbers, as repeatable as these

        equal.ShouldBeTrue();
        secondDraw.Rows([1]).Normal(NoisePurpose.Reverse, 99, [3, 32, 32]).ToFloats().ShouldNotBe(byItself);
    }

    [Fact]
    public void Data_are_opened_by_name()
    {
        IImageDataset data = Datasets.Open("shapes:test[0..63]");
        var pixels = new float[data.ImageLength()];    // 3·32·32 values in [0,1], channel by channel
        data.ReadImage(5, pixels);
        string name = data.ClassNames[data.Label(5)];
        long index = data.OriginalIndex(5);            // 5; of shapes:test[9000..9063] it would be 9005

        pixels.ShouldAllBe(v => v >= 0 && v <= 1);
        name.ShouldNotBeEmpty();
        index.ShouldBe(5);
        Datasets.Open("shapes:test[9000..9063]").OriginalIndex(5).ShouldBe(9005);
    }

    [Fact]
    public void Classifiers_are_created_saved_and_opened()
    {
        using var folder = new Data.TemporaryFolder();
        string path = Path.Combine(folder.Path, "classifier.safetensors");
        using var scope = TensorScope.Begin();
        using var noGrad = GradMode.Off();
        using var created = ClassifierFile.Create("plain-cnn-8");   // ten classes, 3x32x32
        created.Network.Initialize(seed: 1);                        // the same weights on every machine
        ClassifierFile.Save(created, path);

        using var opened = ClassifierFile.Open(path);               // the file names its architecture
        var images = Tensor.Full([2, 3, 32, 32], 0.5);              // float32 in [0,1]
        long[] classes = opened.Logits(images).ArgMax(1).ToLongs();
        var maps = opened.BlockActivations(images);                 // what attention masks are made of

        classes.Length.ShouldBe(2);
        maps.Count.ShouldBe(3);
    }

    [Fact]
    public void Classifiers_of_ones_own_are_one_method()
    {
        using var scope = TensorScope.Begin();
        var images = Tensor.Concat([Tensor.Full([1, 3, 4, 4], 0.2), Tensor.Full([1, 3, 4, 4], 0.9)]);
        new BrightOrDark().Logits(images).ArgMax(1).ToLongs().ShouldBe([1L, 0]);
    }

    internal sealed class BrightOrDark : IClassifier
    {
        public int ClassCount => 2;

        public Tensor Logits(Tensor images)   // [N,C,H,W] in [0,1] → [N,2]
        {
            using var scope = TensorScope.Begin();
            var brightness = images.Mean([1, 2, 3]).Unsqueeze(1);
            return scope.Return(Tensor.Concat([brightness, 1 - brightness], 1));
        }
    }

    [Fact]
    public void Diffusion_noises_and_denoises()
    {
        using var scope = TensorScope.Begin();
        using var noGrad = GradMode.Off();
        var schedule = NoiseSchedule.Linear1000;
        var level = new StepCount(100);                     // "t* = 100" in the papers
        double alphaBar = schedule.AlphaBar(level.Index);   // index 99: 0.897018

        var unet = new GuidedUNet(new GuidedUNetOptions { ModelChannels = 32, ChannelMultipliers = [1], ResBlocks = 1, AttentionFactors = [] });
        unet.Initialize(seed: 1);                           // or DenoiserFile.Open(file)
        using var network = new UNetNoisePredictor(unet);

        INoise noise = new KeyedNoise(seed: 1, [new SampleKey(0)]);
        var clean = Tensor.Zeros([1, 3, 16, 16]);           // [N,C,H,W] in [-1,1]
        var z = noise.Normal(NoisePurpose.Forward, level.Index.Value, [3, 16, 16]);
        var x = ForwardProcess.Jump(schedule, clean, [level.Index], z);

        ISampler sampler = new DdimSampler(schedule, network, eta: 0);
        StepIndex[] calls = CallList.Even(level, calls: 4);   // 99, 74, 49, 24
        for (int k = 0; k < calls.Length; k++)
        {
            var next = k + 1 < calls.Length ? calls[k + 1] : StepIndex.Clean;
            x = sampler.Step(x, [calls[k]], [next], noise);
        }

        alphaBar.ShouldBe(0.897018, 1e-6);
        calls.Select(c => c.Value).ShouldBe([99, 74, 49, 24]);
        x.IsFinite().Min().Item().ShouldBe(1);
    }

    [Fact]
    public void Diffusion_networks_of_others_are_loaded_and_written_as_ours()
    {
        using var temporary = new Data.TemporaryFolder();
        string published = Path.Combine(temporary.Path, "published.safetensors"), ours = Path.Combine(temporary.Path, "ours.safetensors");
        var options = new GuidedUNetOptions { ModelChannels = 32, ChannelMultipliers = [1], ResBlocks = 1, AttentionFactors = [] };
        using (var original = new GuidedUNet(options))
        {
            original.Initialize(seed: 1);
            original.Save(published, new Dictionary<string, string>());
        }

        using var network = new GuidedUNet(options);         // built as its authors built it
        network.Load(Checkpoint.Read(published));            // .pt, .pth, .safetensors; what does not fit is listed
        DenoiserFile.Save(network, ours);                    // from now on: --set denoiser=FILE

        using var opened = KnownDenoisers.Open(ours);
        opened.Network.ParameterCount.ShouldBe(network.ParameterCount);
    }

    [Fact]
    public void Purification_runs_a_plan_and_walks_it_backward()
    {
        using var network = TinyNetwork();
        using var scope = TensorScope.Begin();
        var images = Tensor.Full([2, 3, 16, 16], 0.5);
        var noise = new KeyedNoise(seed: 1, [new SampleKey(0), new SampleKey(1)]);
        var purifier = new DiffPure(network, new DiffPureOptions { Count = new StepCount(8) });

        using var plan = purifier.Plan(images, noise);         // 1 forward step, 8 reverse steps
        using var trace = Chain.Trace(plan, images, noise);    // runs it, keeping an image per step
        Tensor purified = trace.Output;                        // [N,C,H,W] in units of pixels
        Tensor gradient = trace.Pullback(purified);            // of ½‖purified‖², with respect to images

        plan.Steps.Count.ShouldBe(9);
        gradient.Shape.ToArray().ShouldBe([2L, 3, 16, 16]);
    }

    [Fact]
    public void Purification_of_ones_own_is_a_step()
    {
        using var scope = TensorScope.Begin();
        var images = Tensor.Full([1, 3, 8, 8], 0.5);
        var noise = new KeyedNoise(1, [new SampleKey(0)]);
        using var plan = new Smoothing().Plan(images, noise);
        using var trace = Chain.Trace(plan, images, noise);
        trace.Pullback(images.OnesLike()).Shape.ToArray().ShouldBe([1L, 3, 8, 8]);
    }

    internal sealed class Smoothing : IPurifier
    {
        public PurificationPlan Plan(Tensor images, INoise noise, CancellationToken cancellation = default) => new([new Step()], ClampOutput: true);

        private sealed class Step : IChainStep
        {
            public Tensor Apply(Tensor state, Tensor input, INoise noise)   // in [-1,1]
            {
                using var scope = TensorScope.Begin();
                return scope.Return(Functional.AvgPool2d(state.Pad([1, 1, 1, 1]), size: 3, stride: 1));
            }
        }
    }

    [Fact]
    public void DiffPure_defends_a_classifier()
    {
        using var network = TinyNetwork();
        using var classifier = TinyClassifier();
        using var scope = TensorScope.Begin();
        var images = Tensor.Full([1, 3, 16, 16], 0.5);
        var purifier = new DiffPure(network, DiffPurePresets.Cifar10Linf with { Count = new StepCount(4) });
        var defense = new Defense(classifier, purifier)
        {
            Surrogate = purifier.Surrogate(calls: 2),   // for cheap gradients, if asked for
            Votes = 3,
        };
        var noise = new KeyedNoise(seed: 1, [new SampleKey(0)]);
        Verdict verdict = defense.Predict(images, noise)[0];   // class, confidence, each draw's vote

        verdict.Votes.Count.ShouldBe(3);
    }

    [Fact]
    public void Ssni_gives_each_image_its_own_level()
    {
        using var network = TinyNetwork();
        using var scope = TensorScope.Begin();
        var trainingImages = new KeyedNoise(3, [new SampleKey(0), new SampleKey(1), new SampleKey(2)]).Uniform(NoisePurpose.Training, 0, [3, 16, 16]);
        var images = trainingImages.Slice(0, 0, 2);
        string id = network.Fingerprint;
        var score = new ExpectedPerturbationScore(network, horizon: 20);
        var keys = new KeyedNoise(seed: 7, [new SampleKey(0), new SampleKey(1), new SampleKey(2)]);
        var clean = ScoreNormStatistics.Fit(score, trainingImages, keys, id);   // 5000 images in the paper

        var purifier = new DiffPure(network, new DiffPureOptions { Count = new StepCount(8) })
        {
            Level = new ScoreNormLevel(score, clean, new ScoreNormRule { Curve = ScoreNormCurve.Sigmoid }),
        };
        var noise = new KeyedNoise(seed: 1, [new SampleKey(0), new SampleKey(1)]);
        StepCount[] counts = purifier.Level.Measure(images, noise).Counts(new StepCount(8));   // one per image

        counts.ShouldAllBe(c => c.Value >= 0 && c.Value <= 8);
    }

    [Fact]
    public void Heterogeneous_noise_follows_the_classifiers_attention()
    {
        using var network = TinyNetwork();
        using var classifier = TinyClassifier();
        using var scope = TensorScope.Begin();
        var noise = new KeyedNoise(seed: 1, [new SampleKey(0)]);
        var images = noise.Uniform(NoisePurpose.Training, 0, [3, 16, 16]);
        var purifier = new HeterogeneousNoise(network, classifier, new HeterogeneousOptions { GridPoints = 20 });
        var defense = new Defense(classifier, purifier) { Surrogate = purifier.Surrogate(gridPoints: 10) };

        Tensor mask = purifier.Mask(images);               // [N,1,H,W], 1 where the classifier looks
        Tensor purified = defense.Purify(images, noise);   // [N,3,H,W] in [0,1]

        mask.Shape.ToArray().ShouldBe([1L, 1, 16, 16]);
        purified.Min().Item().ShouldBeGreaterThanOrEqualTo(0);
    }

    [Fact]
    public void Dad_judges_each_image_before_it_denoises()
    {
        using var classifier = TinyClassifier();
        using var denoiser = new DadDenoiser(DadDenoiserOptions.Small);
        using var scope = TensorScope.Begin();
        using var folder = new Data.TemporaryFolder();
        string path = Path.Combine(folder.Path, "detector.safetensors");
        var features = classifier;
        var noise = new KeyedNoise(seed: 1, [.. Enumerable.Range(0, 12).Select(i => new SampleKey(i))]);
        var validationNoise = new KeyedNoise(seed: 2, [.. Enumerable.Range(100, 30).Select(i => new SampleKey(i))]);
        var clean = noise.Uniform(NoisePurpose.Training, 0, [3, 16, 16]);
        var twins = (clean + 0.1).Clamp(0, 1);
        var validation = validationNoise.Uniform(NoisePurpose.Training, 0, [3, 16, 16]);
        var view = new SemanticFeatures(features);   // a NetworkClassifier: penultimate layer and pixels
        var (seen, attacked) = (CleanReference.RepresentAll(view, clean, noise), CleanReference.RepresentAll(view, twins, noise));
        DeepKernel kernel = new DeepKernelTraining { Iterations = 20 }.Run(seen, attacked);
        using var reference = CleanReference.Of(view, kernel, clean, noise);

        SampleThreshold threshold = Calibration.FitSample(reference, validation, validationNoise, falsePositiveRate: 0.05);
        var gate = new SampleGate(reference, threshold);
        DetectorFile.Save(path, reference, sample: threshold);   // refuses other networks and image sizes when read

        Defense defense = Dad.Create(classifier, gate, denoiser);
        IReadOnlyList<Finding> findings = gate.Judge(twins, noise);   // score, threshold, verdict of each image

        findings.Count.ShouldBe(12);
        defense.Predict(twins, noise).Count.ShouldBe(12);
        File.Exists(path).ShouldBeTrue();
    }

    [Fact]
    public void Rap_takes_an_attack_back()
    {
        using var classifier = TinyClassifier();
        using var scope = TensorScope.Begin();
        var noise = new KeyedNoise(seed: 1, [new SampleKey(0), new SampleKey(1)]);
        var images = noise.Uniform(NoisePurpose.Training, 0, [3, 16, 16]);
        var labels = Tensor.From([3L, 7], 2);
        var process = new AdversarialProcessOptions { Threat = "linf:8/255", Steps = 3 };
        using var adapter = new RapAdapter(new RapAdapterOptions { Width = 8, Multipliers = [1, 2], Heads = 1, HeadWidth = 8 }, process);
        adapter.Initialize(seed: 1);                                  // or RapAdapterFile.Open(path)
        var whole = new RobustClassifier(adapter, classifier);        // φ∘f, an IClassifier like any other

        var attack = new AdversarialProcess(whole, process);
        IReadOnlyList<Tensor> states = attack.States(images, attack.Start(images, noise), labels, steps: 3);   // x₀ + ζ, x₁, x₂, x₃

        var defense = new Defense(classifier, new Rap(adapter, classifier));
        var careful = new Defense(classifier, new Rap(adapter, classifier, RapMode.IterativePseudoLabel));
        Tensor restored = defense.Purify(states[^1], noise);          // f(x₃, T), limited to [0,1]

        states.Count.ShouldBe(4);
        restored.Shape.ToArray().ShouldBe([2L, 3, 16, 16]);
        careful.Predict(images, noise).Count.ShouldBe(2);
    }

    [Fact]
    public void Gns_runs_several_times()
    {
        using var network = TinyNetwork();
        using var classifier = TinyClassifier();
        using var scope = TensorScope.Begin();
        var noise = new KeyedNoise(seed: 1, [new SampleKey(0)]);
        var images = noise.Uniform(NoisePurpose.Training, 0, [3, 16, 16]);
        GnsRun[] runs = [new(new StepCount(3)), new(new StepCount(3)), new(new StepCount(6))];
        var defense = new Defense(classifier, new Gns(network, new GnsOptions { Runs = runs }))
        {
            Surrogate = new Gns(network, GnsPresets.Cifar10Surrogate),   // 7 calls in place of 470
            Votes = 10,
        };
        Verdict verdict = defense.Predict(images, noise)[0];

        verdict.Votes.Count.ShouldBe(10);
    }

    [Fact]
    public void Gdmp_is_pulled_toward_the_input()
    {
        using var network = TinyNetwork();
        using var classifier = TinyClassifier();
        using var scope = TensorScope.Begin();
        var noise = new KeyedNoise(seed: 1, [new SampleKey(0)]);
        var images = noise.Uniform(NoisePurpose.Training, 0, [3, 16, 16]);
        var options = GdmpPresets.Cifar10 with { Rounds = 1, Count = new StepCount(4) };
        var defense = new Defense(classifier, new Gdmp(network, options))
        {
            Surrogate = new Gdmp(network, options with { Calls = 2 }),
        };
        Tensor purified = defense.Purify(images, noise);   // [N,3,H,W] in [0,1]

        purified.Max().Item().ShouldBeLessThanOrEqualTo(1);
    }

    [Fact]
    public void Evaluations_are_run_and_summed_up()
    {
        using var network = TinyNetwork();
        using var classifier = TinyClassifier();
        var data = Datasets.Open("shapes:test[0..3]");
        var defense = new Defense(classifier, new DiffPure(network, new DiffPureOptions { Count = new StepCount(2) })) { Votes = 3 };
        var attack = new Pgd(KnownThreats.Cifar10Linf) { Steps = 2, Samples = 2 };
        var evaluation = new RobustEvaluation(defense, attack, data) { Seed = 1, Judgements = 2 };

        EvaluationSummary summary = evaluation.Run();        // in memory; give a RunFolder to keep and resume it
        Interval robust = summary.Robust.Interval;           // value, low, high, count
        string line = summary.ToString();                    // clean …, robust …; undefended: …

        summary.Done.ShouldBe(4);
        robust.Count.ShouldBe(4);
        line.ShouldContain("n=4");
    }

    [Fact]
    public void Limits_are_seen_by_comparing_with_an_ignorant_attack()
    {
        using var network = TinyNetwork();
        using var classifier = TinyClassifier();
        var data = Datasets.Open("shapes:test[0..1]");
        var defense = new Defense(classifier, new DiffPure(network, new DiffPureOptions { Count = new StepCount(2) }));
        var attack = new Pgd(KnownThreats.Cifar10Linf) { Steps = 1 };
        EvaluationSummary attacked = new RobustEvaluation(defense, attack, data) { Seed = 1 }.Run();
        EvaluationSummary blind = new RobustEvaluation(defense, attack, data) { Seed = 1, GradientMode = GradientMode.Blind }.Run();
        bool suspicious = blind.Robust.Value < attacked.Robust.Value;   // ignorance must not beat knowledge

        suspicious.ShouldBe(blind.Robust.Value < attacked.Robust.Value);
    }

    [Fact]
    [Trait("Category", "Slow")] // draws the preview pictures
    public void Training_writes_a_network_that_opens()
    {
        using var temporary = new Data.TemporaryFolder();
        string folder = temporary.Path;
        var options = new DiffusionTrainingOptions
        {
            Data = "shapes:train[0..39]",
            Network = new GuidedUNetOptions { ModelChannels = 32, ChannelMultipliers = [1], ResBlocks = 1, AttentionFactors = [] },
            Optimization = new OptimizationOptions { BatchSize = 4 },
            Budget = new TrainingBudget { Images = 8 },
            HeldOut = 8,
        };
        var training = new DiffusionTraining(options, folder);
        IReadOnlyList<NoiseLevelLoss> losses = training.Run(Datasets.Open(options.Data));   // goes on if the folder has a checkpoint
        using GuidedUNet trained = DenoiserFile.Open(training.WeightsPath);

        losses.ShouldAllBe(level => double.IsFinite(level.Loss));
        trained.ParameterCount.ShouldBeGreaterThan(0);
    }

    [Fact]
    public void Recipes_make_objects()
    {
        var recipe = Recipe.Open("none", "data=shapes:test[0..3]", "attack.steps=2");
        using var parts = new RecipeParts(recipe, Device.Cpu);
        Threat threat = parts.Threat;               // linf:8/255
        IAttack attack = parts.BuildAttack();       // PGD of two steps
        string hash = recipe.Hash;                  // the same for the same results, whatever the speed

        threat.ToString().ShouldBe("linf:8/255");
        attack.ShouldBeOfType<Pgd>().Steps.ShouldBe(2);
        hash.ShouldNotBe(Recipe.Open("none", "attack.steps=3").Hash);
    }

    [Fact]
    public void Attacks_see_a_target()
    {
        using var network = TinyNetwork();
        using var classifier = TinyClassifier();
        using var scope = TensorScope.Begin();
        var noise = new KeyedNoise(seed: 1, [new SampleKey(0), new SampleKey(1)]);
        var images = noise.Uniform(NoisePurpose.Training, 0, [3, 16, 16]);
        var labels = Tensor.From([3L, 7], 2);
        var defense = new Defense(classifier, new DiffPure(network, new DiffPureOptions { Count = new StepCount(2) }));
        var attack = new Pgd(KnownThreats.Cifar10Linf) { Steps = 2, Samples = 2, Loss = AttackLosses.Margin };

        ITarget target = defense.Target(GradientMode.Exact);   // the strongest; Bpda, Surrogate … are weaker
        AttackResult found = attack.Run(target, images, labels, noise.Branch(NoisePurpose.Craft, 0));
        double[] distances = Distances.Linf(found.Adversarial, images);   // each at most 8/255

        distances.ShouldAllBe(d => d <= (8.0 / 255) + 1e-6);
    }

    private static UNetNoisePredictor TinyNetwork()
    {
        var unet = new GuidedUNet(new GuidedUNetOptions { ModelChannels = 32, ChannelMultipliers = [1], ResBlocks = 1, AttentionFactors = [] });
        unet.Initialize(seed: 1);
        return new UNetNoisePredictor(unet);
    }

    private static NetworkClassifier TinyClassifier()
    {
        var classifier = ClassifierFile.Create("plain-cnn-8");
        classifier.Network.Initialize(seed: 1);
        return classifier;
    }
}
