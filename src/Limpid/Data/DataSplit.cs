namespace Limpid.Data;

/// <summary>Which part of a published set.</summary>
public enum DataSplit
{
    /// <summary>Images for evaluation only.</summary>
    Test,

    /// <summary>Images to learn and calibrate on.</summary>
    Train,
}
