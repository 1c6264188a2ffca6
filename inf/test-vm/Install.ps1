#Requires -Version 5.1
#Requires -RunAsAdministrator
<#
.SYNOPSIS
Installs the package. Nothing is started: the driver starts on demand.
.EXAMPLE
.\Install.ps1 -Package C:\cofferdam\package
#>
[CmdletBinding()]
param(
    # The directory with cofferdam.sys, cofferdam.inf and cofferdam.cat.
    [Parameter(Mandatory)] [string] $Package
)
Set-StrictMode -Version 3
$ErrorActionPreference = 'Stop'

if ([Environment]::OSVersion.Version.Build -lt 19041) {
    throw 'Windows 10 build 19041 or later is needed'
}
foreach ($name in 'cofferdam.sys', 'cofferdam.cat') {
    $signature = Get-AuthenticodeSignature -FilePath (Join-Path $Package $name)
    if ($signature.Status -ne 'Valid') {
        throw "$name is not signed by anybody whom this machine trusts: $($signature.StatusMessage)"
    }
}
& pnputil.exe /add-driver (Join-Path $Package 'cofferdam.inf') /install
# 259: it was there already; 3010: the machine must be restarted.
if ($LASTEXITCODE -notin 0, 259, 3010) {
    throw "pnputil ended with $LASTEXITCODE; C:\Windows\INF\setupapi.dev.log says why"
}
Get-CimInstance -ClassName Win32_SystemDriver -Filter "Name = 'Cofferdam'" |
    Select-Object -Property Name, State, StartMode, PathName
