using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Limpid.Torch.Layers;

namespace Limpid.Diffusion;

/// <summary>Tells one network from another: a hash over the names, shapes and bytes of its parameters.</summary>
public static class NetworkFingerprint
{
    /// <summary>SHA-256 as 64 lower-case hexadecimal digits; the same on every machine and device.</summary>
    /// <param name="network">The network.</param>
    /// <param name="construction">What else its predictions depend on; empty for nothing.</param>
    public static string Of(Module network, string construction = "")
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(construction));
        Span<byte> number = stackalloc byte[8];
        foreach (var (name, parameter) in network.NamedParameters().OrderBy(p => p.Name, StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes(name));
            foreach (long size in parameter.Value.Shape)
            {
                BinaryPrimitives.WriteInt64LittleEndian(number, size);
                hash.AppendData(number);
            }
            hash.AppendData(parameter.Value.ToBytes());
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
