using System.Globalization;
using System.Text;

namespace Limpid.Torch.Weights.Pickle;

/// <summary>Reads the pickles of weight files (protocols 2 to 5) as data. Nothing is imported and nothing is called:</summary>
/// <remarks>a global must be on the allow-list of <see cref="PickleReducer"/>, else the file is refused by naming it.</remarks>
internal sealed class Unpickler(PickleInput input, PickleReducer reducer, PickleBudget budget)
{
    private readonly List<object?> stack = [];
    private readonly List<int> marks = [];
    private readonly Dictionary<long, object?> memo = [];

    /// <summary>Reads one pickle, up to and including its end mark.</summary>
    public object? Read()
    {
        while (true)
        {
            budget.Spend(1);
            byte code = input.ReadByte();
            if (code == (byte)'.')
            {
                return Pop();
            }
            if (!Container(code) && !Constant(code) && !Memory(code) && !Meaning(code))
            {
                throw input.Bad($"the file is damaged or not a weight file: pickle code 0x{code:x2} at byte {input.Position - 1} is not used by weight files");
            }
        }
    }

    /// <summary>Numbers, texts, byte strings.</summary>
    private bool Constant(byte code)
    {
        object? value;
        switch (code)
        {
            case (byte)'N': value = null; break;
            case 0x88: value = true; break;
            case 0x89: value = false; break;
            case (byte)'J': value = (long)input.ReadInt32(); break;
            case (byte)'K': value = (long)input.ReadByte(); break;
            case (byte)'M': value = (long)input.ReadUInt16(); break;
            case 0x8a: value = input.ReadInteger(input.ReadByte()); break;
            case 0x8b: value = input.ReadInteger(input.ReadInt32()); break;
            case (byte)'I': value = DecimalLine(input.ReadLine()); break;
            case (byte)'L': value = DecimalLine(input.ReadLine().TrimEnd('L')); break;
            case (byte)'F': value = RealLine(); break;
            case (byte)'G': value = input.ReadDouble(); break;
            case (byte)'X': value = input.ReadText(input.ReadUInt32(), Encoding.UTF8); break;
            case 0x8c: value = input.ReadText(input.ReadByte(), Encoding.UTF8); break;
            case 0x8d: value = input.ReadText(input.ReadCount(), Encoding.UTF8); break;
            // Strings of Python 2.
            case (byte)'T': value = input.ReadText(input.ReadUInt32(), Encoding.Latin1); break;
            case (byte)'U': value = input.ReadText(input.ReadByte(), Encoding.Latin1); break;
            case (byte)'B': value = input.ReadBytes(input.ReadUInt32()); break;
            case (byte)'C': value = input.ReadBytes(input.ReadByte()); break;
            case 0x8e or 0x96: value = input.ReadBytes(input.ReadCount()); break;
            default: return false;
        }
        stack.Add(value);
        return true;
    }

    /// <summary>Lists, tuples, dictionaries, sets and the marks they are built from.</summary>
    private bool Container(byte code)
    {
        switch (code)
        {
            case (byte)'(': marks.Add(stack.Count); break;
            case (byte)'0': Discard(); break;
            case (byte)'1': PopToMark(); break;
            case (byte)'2': stack.Add(Peek()); break;
            case (byte)']' or 0x8f: stack.Add(new PickleList()); break;
            case (byte)')': stack.Add(PickleTuple.Empty); break;
            case (byte)'}': stack.Add(new PickleDict()); break;
            case (byte)'t': stack.Add(new PickleTuple(PopToMark())); break;
            case 0x85: stack.Add(new PickleTuple(PopMany(1))); break;
            case 0x86: stack.Add(new PickleTuple(PopMany(2))); break;
            case 0x87: stack.Add(new PickleTuple(PopMany(3))); break;
            case (byte)'l' or 0x91: AddItems(PopToMark(), new PickleList(), push: true); break;
            case (byte)'d': AddEntries(PopToMark(), new PickleDict(), push: true); break;
            case (byte)'a': AddItems(PopMany(1), Peek()); break;
            case (byte)'e' or 0x90: AddItems(PopToMark(), Peek()); break;
            case (byte)'s': AddEntries(PopMany(2), Peek()); break;
            case (byte)'u': AddEntries(PopToMark(), Peek()); break;
            default: return false;
        }
        return true;
    }

    /// <summary>The memo, by which a pickle refers to what it has already made.</summary>
    private bool Memory(byte code)
    {
        switch (code)
        {
            case (byte)'q': memo[input.ReadByte()] = Peek(); break;
            case (byte)'r': memo[input.ReadUInt32()] = Peek(); break;
            case (byte)'p': memo[DecimalLine(input.ReadLine())] = Peek(); break;
            case 0x94: memo[memo.Count] = Peek(); break;
            case (byte)'h': stack.Add(Recall(input.ReadByte())); break;
            case (byte)'j': stack.Add(Recall(input.ReadUInt32())); break;
            case (byte)'g': stack.Add(Recall(DecimalLine(input.ReadLine()))); break;
            default: return false;
        }
        return true;
    }

    /// <summary>The codes by which Python would import and call: here they only make data, or refuse.</summary>
    private bool Meaning(byte code)
    {
        switch (code)
        {
            case 0x80: CheckProtocol(input.ReadByte()); break;
            case 0x95: CheckFrame(input.ReadCount()); break;
            case (byte)'c':
                string module = input.ReadLine();
                stack.Add(reducer.Global(module, input.ReadLine()));
                break;
            case 0x93:
                stack.Add(PopMany(2) is [string from, string name] ? reducer.Global(from, name) : throw Damaged());
                break;
            case (byte)'R' or 0x81:
                stack.Add(PopMany(2) is [PickleGlobal function, PickleTuple arguments] ? reducer.Call(function, arguments) : throw Damaged());
                break;
            case (byte)'b':
                object? state = Pop();
                reducer.Build(Peek(), state);
                break;
            case (byte)'Q': stack.Add(reducer.Persistent(Pop())); break;
            default: return false;
        }
        return true;
    }

    private void CheckProtocol(byte version)
    {
        if (version is < 2 or > 5)
        {
            throw input.Bad($"the file is damaged or not a weight file: pickle protocol {version}");
        }
    }

    private void CheckFrame(long length)
    {
        if (length > input.Remaining)
        {
            throw input.Bad("the file is cut short: a frame of its pickle ends beyond it");
        }
    }

    private long DecimalLine(string line) => line switch
    {
        "01" => 1,
        "00" => 0,
        _ => long.TryParse(line, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value) ? value : throw Damaged(),
    };

    private double RealLine() =>
        double.TryParse(input.ReadLine(), NumberStyles.Float, CultureInfo.InvariantCulture, out double value) ? value : throw Damaged();

    private object? Recall(long key) => memo.TryGetValue(key, out object? value) ? value : throw Damaged();

    private int Floor => marks.Count == 0 ? 0 : marks[^1];

    private object? Peek() => stack.Count > Floor ? stack[^1] : throw Damaged();

    private object? Pop()
    {
        object? top = Peek();
        stack.RemoveAt(stack.Count - 1);
        return top;
    }

    private void Discard()
    {
        if (marks.Count > 0 && marks[^1] == stack.Count)
        {
            marks.RemoveAt(marks.Count - 1);
        }
        else
        {
            Pop();
        }
    }

    private object?[] PopMany(int count)
    {
        if (stack.Count - Floor < count)
        {
            throw Damaged();
        }
        object?[] items = [.. stack[^count..]];
        stack.RemoveRange(stack.Count - count, count);
        return items;
    }

    private object?[] PopToMark()
    {
        if (marks.Count == 0)
        {
            throw Damaged();
        }
        object?[] items = PopMany(stack.Count - marks[^1]);
        marks.RemoveAt(marks.Count - 1);
        return items;
    }

    private void AddItems(object?[] items, object? target, bool push = false)
    {
        if (target is not PickleList list)
        {
            throw Damaged();
        }
        list.Items.AddRange(items);
        if (push)
        {
            stack.Add(list);
        }
    }

    private void AddEntries(object?[] items, object? target, bool push = false)
    {
        if (target is not PickleDict dictionary || items.Length % 2 != 0)
        {
            throw Damaged();
        }
        for (int i = 0; i < items.Length; i += 2)
        {
            dictionary.Items.Add(new(items[i], items[i + 1]));
        }
        if (push)
        {
            stack.Add(dictionary);
        }
    }

    private InputException Damaged() => input.Bad($"the file is damaged or not a weight file: its pickle makes no sense at byte {input.Position}");
}
