using Limpid.Recipes;
using Limpid.Torch;

namespace Limpid.Tests.Recipes;

public sealed class RecipeTests
{
    [Fact]
    public void An_empty_recipe_has_every_default()
    {
        var recipe = Recipe.Parse("", "empty");

        recipe.Values.Text("threat").ShouldBe("linf:8/255");
        recipe.Values.Section("attack").Kind.ShouldBe("pgd");
        recipe.Values.Section("attack").Whole("steps").ShouldBe(20);
    }

    [Fact]
    public void A_word_in_place_of_a_section_names_its_kind() =>
        Recipe.Parse("attack: fgsm", "short").Values.Section("attack").Kind.ShouldBe("fgsm");

    [Fact]
    public void An_override_reaches_a_nested_key() =>
        Recipe.Parse("attack: {kind: pgd, steps: 5}", "r", "attack.steps=7").Values.Section("attack").Whole("steps").ShouldBe(7);

    [Fact]
    public void An_override_below_a_short_kind_keeps_the_kind()
    {
        var attack = Recipe.Parse("attack: bim", "r", "attack.steps=7").Values.Section("attack");

        attack.Kind.ShouldBe("bim");
        attack.Whole("steps").ShouldBe(7);
    }

    [Theory]
    [InlineData("attack=fgsm")]
    [InlineData("attack.kind=fgsm")]
    public void Another_kind_starts_from_its_own_defaults(string change) =>
        Recipe.Parse("attack: {kind: pgd, steps: 5}", "r", change).Values.Section("attack").Kind.ShouldBe("fgsm");

    [Fact]
    public void Of_two_overrides_the_later_wins() =>
        Recipe.Parse("", "r", "seed=1", "seed=2").Values.Long("seed").ShouldBe(2);

    [Theory]
    [InlineData("epsilon: 1", "a recipe has no key 'epsilon'")]
    [InlineData("clasifier: x", "did you mean classifier?")]
    [InlineData("attack: {kind: pgd, stepz: 5}", "attack 'pgd' has no key 'stepz'; did you mean steps?")]
    [InlineData("attack: pgdd", "did you mean pgd?")]
    [InlineData("threat: linf:8/0", "divides by zero")]
    [InlineData("threat: linf:8", "did you mean linf:8/255?")]
    [InlineData("attack: {steps: many}", "attack.steps: 'many' should be a whole number from 1")]
    [InlineData("attack: {steps: 0}", "attack.steps: '0'")]
    [InlineData("attack: {step-size: 8/0}", "divides by zero")]
    [InlineData("attack: {random-start: maybe}", "true or false")]
    [InlineData("seed: {a: 1}", "seed takes a value")]
    [InlineData("- a\n- b", "`key: value` lines")]
    [InlineData("a: b: c", "line 1: not valid YAML")]
    [InlineData("seed: 1\nseed: 2", "not valid YAML")]
    [InlineData("seed: 1\n---\nseed: 2", "`key: value` lines")]
    public void A_mistake_is_refused_with_its_place_and_cure(string yaml, string words)
    {
        string message = Should.Throw<InputException>(() => Recipe.Parse(yaml, "mine.yaml")).Message;

        message.ShouldContain("mine.yaml");
        message.ShouldContain(words);
        message.ShouldNotContain("\n");
    }

    [Theory]
    [InlineData("attack.steps")]
    [InlineData("=5")]
    [InlineData("attack..steps=5")]
    public void An_override_that_is_none_is_refused(string change) =>
        Should.Throw<InputException>(() => Recipe.Parse("", "r", change)).Message.ShouldContain($"--set '{change}'");

    [Theory]
    [InlineData("threat=linf:8/0", "--set threat: threat 'linf:8/0'")]
    [InlineData("attack.steps=0", "--set attack.steps: '0' should be")]
    [InlineData("attack=pgdd", "--set attack: 'pgdd' should be")]
    [InlineData("attack.kind=pgdd", "--set attack.kind: 'pgdd' should be")]
    public void An_override_that_does_not_fit_names_its_key_once(string change, string beginning) =>
        Should.Throw<InputException>(() => Recipe.Parse("", "r", change)).Message.ShouldStartWith(beginning);

    [Fact]
    public void An_override_is_not_blamed_for_the_kind_that_the_file_names() =>
        Should.Throw<InputException>(() => Recipe.Parse("attack: pgdd", "mine.yaml", "attack.steps=7")).Message.ShouldStartWith("mine.yaml line 1: attack: 'pgdd'");

    [Fact]
    public void An_unknown_override_names_itself_and_the_nearest_key() =>
        Should.Throw<InputException>(() => Recipe.Parse("", "r", "atack.steps=5")).Message.ShouldBe(
            "--set atack.steps: a recipe has no key 'atack'; did you mean attack? (known: " + string.Join(", ", RecipeReference.Keys.Select(key => key.Name)) + ")");

    [Fact]
    public void The_resolved_recipe_reads_back_as_itself()
    {
        var recipe = Recipe.Parse("about: 'it''s a: test'\ndata: shapes:test[0..3]\nattack: {kind: pgd, step-size: 2/255}", "r");

        var again = Recipe.Parse(recipe.ToYaml(), "r");

        again.Values.Flatten().ShouldBe(recipe.Values.Flatten());
        again.Hash.ShouldBe(recipe.Hash);
    }

    [Fact]
    public void The_hash_knows_results_from_speed()
    {
        string hash = Recipe.Parse("", "r").Hash;

        Recipe.Parse("", "other", "batch=3", "about=words").Hash.ShouldBe(hash);
        Recipe.Parse("", "r", "attack.steps=21").Hash.ShouldNotBe(hash);
        Recipe.Parse("attack: pgd\nthreat: linf:8/255", "r").Hash.ShouldBe(hash);
    }

    [Fact]
    public void Every_key_says_what_it_does_and_where_its_default_comes_from()
    {
        foreach (var key in AllKeys(RecipeReference.Keys))
        {
            key.Meaning.ShouldEndWith(".", customMessage: key.Name);
            key.Source.ShouldNotBeNullOrWhiteSpace(key.Name);
            key.Type.Check(key.Default, key.Name).ShouldBe(key.Default, key.Name);
        }
    }

    [Fact]
    public void Every_bundled_recipe_is_valid()
    {
        BundledFiles.Recipes.ShouldNotBeEmpty();
        foreach (string name in BundledFiles.Recipes)
        {
            Recipe.Open(name).Values.Text("about").ShouldNotBeEmpty(name);
        }
    }

    [Fact]
    public void A_mistyped_recipe_is_refused_with_the_nearest_name() =>
        Should.Throw<InputException>(() => Recipe.Open("nonee")).Message.ShouldContain("did you mean none?");

    private static IEnumerable<RecipeKey> AllKeys(IEnumerable<RecipeKey> keys) =>
        keys.SelectMany(key => AllKeys(key.Kinds?.Kinds.SelectMany(kind => kind.Keys) ?? []).Prepend(key));
}
