using System.Runtime.InteropServices;
using Limpid.Torch;

namespace Limpid.Images;

/// <summary>The functions of libturbojpeg, loaded on first use: everything but JPEG works without it.</summary>
internal static unsafe partial class JpegLibrary
{
    public const int RgbFormat = 0;
    public const int GrayFormat = 6;
    public const int CmykFormat = 11;
    public const int AccurateTransform = 4096;
    public const int LimitScans = 32768; // a small progressive file must not keep us busy for minutes

    private const string Name = "libturbojpeg.so.0";

    private static readonly Lazy<bool> Loaded = new(() => NativeLibrary.TryLoad(Name, typeof(JpegLibrary).Assembly, null, out _));

    /// <summary>Whether the library is there.</summary>
    public static bool IsAvailable => Loaded.Value;

    /// <summary>Says how to install the library when it is missing.</summary>
    /// <exception cref="InputException">It is missing.</exception>
    public static void Require(string name)
    {
        if (!IsAvailable)
        {
            throw new InputException($"{name} is a JPEG, which needs {Name}: `apt-get install libturbojpeg0` (on Ubuntu `libturbojpeg`), or use PNG");
        }
    }

    /// <summary>What the last call on a handle complained of.</summary>
    public static string Message(JpegHandle handle) => Marshal.PtrToStringUTF8(GetErrorText(handle)) ?? "unknown error";

    [LibraryImport(Name, EntryPoint = "tjInitDecompress")]
    public static partial JpegHandle InitDecompress();

    [LibraryImport(Name, EntryPoint = "tjInitCompress")]
    public static partial JpegHandle InitCompress();

    [LibraryImport(Name, EntryPoint = "tjDecompressHeader3")]
    public static partial int DecompressHeader(JpegHandle handle, byte* data, nuint size, out int width, out int height, out int subsampling, out int colorSpace);

    [LibraryImport(Name, EntryPoint = "tjDecompress2")]
    public static partial int Decompress(JpegHandle handle, byte* data, nuint size, byte* pixels, int width, int pitch, int height, int format, int flags);

    [LibraryImport(Name, EntryPoint = "tjCompress2")]
    public static partial int Compress(JpegHandle handle, byte* pixels, int width, int pitch, int height, int format, out nint data, out nuint size, int subsampling, int quality, int flags);

    [LibraryImport(Name, EntryPoint = "tjFree")]
    public static partial void Free(nint data);

    [LibraryImport(Name, EntryPoint = "tjGetErrorCode")]
    public static partial int GetErrorCode(JpegHandle handle);

    [LibraryImport(Name, EntryPoint = "tjDestroy")]
    public static partial int Destroy(nint handle);

    [LibraryImport(Name, EntryPoint = "tjGetErrorStr2")]
    private static partial nint GetErrorText(JpegHandle handle);
}

/// <summary>A compressor or decompressor; one thread at a time.</summary>
internal sealed class JpegHandle() : SafeHandle(0, ownsHandle: true)
{
    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <inheritdoc/>
    protected override bool ReleaseHandle() => JpegLibrary.Destroy(handle) == 0;
}
