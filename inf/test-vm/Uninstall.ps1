#Requires -Version 5.1
#Requires -RunAsAdministrator
<#
.SYNOPSIS
Stops the driver and removes its package from the driver store. Content and state of the sensor stay.
.EXAMPLE
.\Uninstall.ps1
#>
[CmdletBinding()]
param()
Set-StrictMode -Version 3
$ErrorActionPreference = 'Stop'

if (Get-CimInstance -ClassName Win32_SystemDriver -Filter "Name = 'Cofferdam'") {
    & (Join-Path $PSScriptRoot 'Stop.ps1')
}
$packages = Get-WindowsDriver -Online | Where-Object -Property OriginalFileName -Match -Value '\\cofferdam\.inf$'
foreach ($package in $packages) {
    & pnputil.exe /delete-driver $package.Driver /uninstall
    if ($LASTEXITCODE -ne 0) {
        throw "pnputil ended with $LASTEXITCODE for $($package.Driver)"
    }
}
