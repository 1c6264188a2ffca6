#Requires -Version 5.1
#Requires -RunAsAdministrator
<#
.SYNOPSIS
Trusts a test certificate and turns test signing on. Only for a virtual machine that may be lost.
.EXAMPLE
.\Enable-TestSigning.ps1 -Certificate .\cofferdam.cer
#>
[CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'High')]
param(
    # The certificate that signed the driver.
    [Parameter(Mandatory)] [string] $Certificate
)
Set-StrictMode -Version 3
$ErrorActionPreference = 'Stop'

$model = (Get-CimInstance -ClassName Win32_ComputerSystem).Model
if ($model -notmatch 'Virtual') {
    throw "this is a $model, not a virtual machine: test signing would weaken a real one"
}
# Secure Boot forbids test signing; bcdedit then fails with a message that does not say so.
# A machine without UEFI has none, and the question is an error there.
$secure = try { Confirm-SecureBootUEFI } catch { $false }
if ($secure) {
    throw 'turn Secure Boot off first: Set-VMFirmware -EnableSecureBoot Off, on the host, with the machine stopped'
}
if ($PSCmdlet.ShouldProcess('this machine', 'trust a test certificate and turn test signing on')) {
    foreach ($store in 'Root', 'TrustedPublisher') {
        Import-Certificate -FilePath $Certificate -CertStoreLocation "Cert:\LocalMachine\$store" | Out-Null
    }
    & bcdedit.exe /set testsigning on | Out-Null
    if ($LASTEXITCODE -ne 0) {
        throw "bcdedit ended with $LASTEXITCODE"
    }
    Write-Output 'test signing is on after the next restart'
}
