#Requires -Version 5.1
#Requires -RunAsAdministrator
<#
.SYNOPSIS
Makes a certificate for signing test drivers and exports it, once alone and once with its key.
.EXAMPLE
.\New-TestCertificate.ps1 -Directory C:\cofferdam -Password (Read-Host -AsSecureString)
#>
[CmdletBinding()]
param(
    # Where cofferdam-test.cer and cofferdam-test.pfx are written.
    [Parameter(Mandatory)] [string] $Directory,
    # Protects the file with the key.
    [Parameter(Mandatory)] [securestring] $Password,
    # Short, because whoever has the key can make drivers that this machine loads.
    [ValidateRange(1, 365)] [int] $Days = 30
)
Set-StrictMode -Version 3
$ErrorActionPreference = 'Stop'

$certificate = New-SelfSignedCertificate -Type CodeSigningCert -Subject 'CN=Cofferdam test drivers' `
    -KeyAlgorithm RSA -KeyLength 3072 -HashAlgorithm SHA256 -NotAfter (Get-Date).AddDays($Days) `
    -CertStoreLocation 'Cert:\LocalMachine\My'
New-Item -ItemType Directory -Force -Path $Directory | Out-Null
Export-Certificate -Cert $certificate -FilePath (Join-Path $Directory 'cofferdam-test.cer') | Out-Null
Export-PfxCertificate -Cert $certificate -FilePath (Join-Path $Directory 'cofferdam-test.pfx') -Password $Password |
    Out-Null
Write-Output "made $($certificate.Thumbprint), valid for $Days days"
